%args struct web_req *r, const struct pg_spam_list *v
%include "pages/pg_spam.h"
% const struct pg_spam_words *w = pg_spam_words(v->list);
% t_layout_admin_begin(r, TF(T("{name} - Spam and phishing"), "name", T(w->title)));
% t_part_spam_head(r, v->id, &v->counts);
<div class="stackv">
<section class="card" aria-labelledby="which">
<div class="card-head"><h2 id="which">{{T(w->title)}}</h2>
<span class="btns"><a class="btn" href="{{url: view_path(r, "/spam/lists/export", "list", v->id, NULL)}}">
% view_icon(out, "download", 18);
{{T("Export")}}</a>
% if (v->may_change) {
<a class="btn" href="{{url: view_path(r, "/spam/lists/import", "list", v->id, NULL)}}">
%     view_icon(out, "file-text", 18);
{{T("Import")}}</a>
% }
</span></div>
<div class="card-body"><p class="muted">{{T(w->about)}} {{TF(T("{n} of {most} places are used."), "n", view_int(r, v->counts.n[v->list]), "most", view_int(r, spam_list_max[v->list]))}}</p></div>
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = v->list == SPAM_PERSON ? "user" : "globe", .title = T(w->empty), .text = v->may_change ? T("Add one below, or import a list.") : T("An administrator can add some.")});
% } else {
<table class="list"><caption class="vh">{{T(w->title)}}</caption>
<thead><tr><th scope="col">{{T(w->column)}}</th><th scope="col">{{T("Added by")}}</th><th scope="col">{{T("Added")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_spam_row *x = &v->rows[i];
<tr><td><b><bdi translate="no">{{x->text}}</bdi></b>
%         if (*x->more) {
<bdi class="sub addr" dir="ltr" translate="no">{{x->more}}</bdi>
%         }
</td>
<td data-label="{{T("Added by")}}"><bdi class="addr" translate="no">{{x->added_by}}</bdi></td>
<td class="c-when" data-label="{{T("Added")}}"><time datetime="{{view_iso(r, x->added_at)}}" title="{{view_when_full(r, x->added_at)}}">{{view_when(r, x->added_at)}}</time></td>
%         if (v->may_change) {
<td class="c-act"><span class="acts"><a class="btn icon" data-confirm href="{{url: arena_printf(r->a, "/spam/lists/%s/delete", x->id)}}" aria-label="{{TF(T("Delete {server}"), "server", x->text)}}" title="{{T("Delete")}}">
%             view_icon(out, "trash-2", 18);
</a></span></td>
%         }
</tr>
%     }
</tbody></table>
% }
% t_part_pager(r, &v->pager);
</section>
% if (v->may_change) {
<form class="card" method="post" action="/spam/lists" novalidate>
%     view_csrf(r, out);
<input type="hidden" name="list" value="{{v->id}}">
<div class="card-head"><h2>{{T(w->add)}}</h2></div>
<div class="card-form">
%     if (v->list == SPAM_PERSON) {
%         t_part_field(r, &(struct ui_field){.name = "first", .label = T("First name"), .optional = true, .value = v->first, .max = 100, .autocomplete = "off"});
%         t_part_field(r, &(struct ui_field){.name = "middle", .label = T("Middle name"), .optional = true, .value = v->middle, .max = 100, .autocomplete = "off"});
%         t_part_field(r, &(struct ui_field){.name = "last", .label = T("Last name"), .optional = true, .value = v->last, .max = 100, .autocomplete = "off"});
%         t_part_field(r, &(struct ui_field){.name = "addresses", .type = "textarea", .rows = 3, .label = T("Addresses of this person"), .optional = true, .help = T("One a line. Addresses of your domains need not be listed; private ones from which this person writes should be."), .value = v->addresses});
%     } else {
%         t_part_field(r, &(struct ui_field){.name = "value", .label = T(w->label), .help = T(w->help), .value = v->value, .max = 255, .autocomplete = "off"});
%     }
</div>
<div class="card-foot"><button class="btn primary">{{T("Add")}}</button></div>
</form>
% }
</div>
% t_layout_admin_end(r);
