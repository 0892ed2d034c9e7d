%args struct web_req *r, const struct pg_threats *v
%include "pages/pg_reputation.h"
% const char *title = v->approved ? T("Approved links") : v->everywhere ? T("For all organisations") : T("Suspicious objects");
% t_layout_admin_begin(r, TF(T("{name} - Web reputation"), "name", title));
% t_part_rep_head(r, v->list);
<div class="stackv">
<section class="card" aria-labelledby="which">
<div class="card-head"><h2 id="which">{{title}}</h2></div>
<div class="card-body"><p class="muted">{{v->approved ? T("Links to these pages and domains are never acted on, whatever lists say.") : v->everywhere ? T("Whoever runs this gateway lists these as suspicious for all organisations. Links that you approved are left alone.") : T("Mail with these files, links, domains, IP addresses or senders is held, whatever else is known of it.")}}</p></div>
<form class="filters" id="filters" method="get" action="/reputation/entries" role="search">
<input type="hidden" name="list" value="{{v->list}}">
<label class="search"><span class="vh">{{T("Search value or note")}}</span>
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->search}}" placeholder="{{T("Search value or note")}}" maxlength="200"></label>
% t_part_choice(r, "type", T("All kinds"), v->types, v->type);
<button class="btn">{{T("Search")}}</button>
% if (v->filtered) {
<a class="btn quiet" href="{{url: pg_threats_path(r, v->list)}}">{{T("Clear filters")}}</a>
% }
% if (!v->everywhere) {
<a class="btn" href="{{url: view_path(r, "/reputation/entries/export", "list", v->list, NULL)}}">
%     view_icon(out, "download", 18);
{{T("Export")}}</a>
% }
% if (v->may_change) {
<a class="btn" href="{{url: view_path(r, "/reputation/entries/import", "list", v->list, NULL)}}">
%     view_icon(out, "file-text", 18);
{{T("Import")}}</a>
% }
</form>
% if (!v->n && v->filtered) {
%     t_part_empty(r, &(struct ui_empty){.icon = "search", .title = T("Nothing matches"), .text = T("Try another word or fewer filters."), .link = pg_threats_path(r, v->list), .label = T("Clear filters")});
% } else if (!v->n && v->approved) {
%     t_part_empty(r, &(struct ui_empty){.icon = "link", .title = T("No link is approved"), .text = T("Add a domain below when wanted mail is held because of its links.")});
% } else if (!v->n && v->everywhere) {
%     t_part_empty(r, &(struct ui_empty){.icon = "octagon-alert", .title = T("Nothing is listed for all organisations"), .text = T("Your own list is under Suspicious objects.")});
% } else if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "octagon-alert", .title = T("Nothing is listed as suspicious"), .text = T("Add something below, or import a list.")});
% } else {
<form method="post" action="/reputation/entries/remove">
%     view_csrf(r, out);
<input type="hidden" name="back" value="{{v->here}}">
<table class="list" id="results"><caption class="vh">{{title}}</caption>
<thead><tr><th scope="col">{{T("Value")}}</th>
%     if (!v->approved) {
<th scope="col">{{T("Action")}}</th><th scope="col">{{T("Until")}}</th>
%     }
<th scope="col">{{T("Added")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct store_threat *x = &v->rows[i];
<tr><td><b><bdi dir="ltr" translate="no">{{x->value}}</bdi></b><span class="sub">{{pg_threat_word(r, x->type)}}
%         if (*x->note) {
 · <bdi translate="no">{{x->note}}</bdi>
%         }
</span></td>
%         if (!v->approved) {
<td data-label="{{T("Action")}}">
%             if (x->expired) {
%                 t_part_badge(r, "", "clock", T("Expired"));
%             } else if (!strcmp(x->action, "block")) {
%                 t_part_badge(r, "danger", "ban", T("Hold"));
%             } else {
%                 t_part_badge(r, "", "eye", T("Write down"));
%             }
</td>
<td class="c-when" data-label="{{T("Until")}}">
%             if (x->expires_at) {
<time datetime="{{view_iso(r, x->expires_at)}}">{{view_when_full(r, x->expires_at)}}</time>
%             } else {
<span class="muted">{{T("No end")}}</span>
%             }
</td>
%         }
<td class="c-when" data-label="{{T("Added")}}"><time datetime="{{view_iso(r, x->added_at)}}" title="{{view_when_full(r, x->added_at)}}">{{view_when(r, x->added_at)}}</time></td>
%         if (v->may_change) {
<td class="c-act"><span class="acts"><button class="btn icon" name="id" value="{{x->entry_id}}" title="{{T("Remove")}}" aria-label="{{TF(T("Remove {value}"), "value", x->value)}}">
%             view_icon(out, "trash-2", 18);
</button></span></td>
%         }
</tr>
%     }
</tbody></table>
</form>
% }
% t_part_pager(r, &v->pager);
</section>
% if (v->may_change) {
<form class="card" method="post" action="/reputation/entries" novalidate>
%     view_csrf(r, out);
<input type="hidden" name="list" value="{{v->list}}">
<div class="card-head"><h2>{{v->approved ? T("Approve a link") : T("Add a suspicious object")}}</h2></div>
<div class="card-form">
%     if (v->approved) {
%         t_part_field(r, &(struct ui_field){.name = "value", .label = T("Domain or page"), .help = T("example.com stands for the domain and all below it, *.example.com only for what is below it, example.com/news/ for the pages below that address."), .value = v->value, .max = 2000, .placeholder = "example.com", .autocomplete = "off", .inputmode = "url"});
%     } else {
%         t_part_field(r, &(struct ui_field){.name = "value", .label = T("Page, domain, IP address, e-mail address or SHA-256"), .help = T("A domain stands for links to it and all below it, and for its senders."), .value = v->value, .max = 2000, .placeholder = "example.com", .autocomplete = "off"});
%         t_part_field(r, &(struct ui_field){.name = "action", .type = "select", .label = T("Action"), .options = v->actions, .value = v->action});
%         t_part_field(r, &(struct ui_field){.name = "expires", .type = "date", .label = T("Until"), .optional = true, .help = T("Empty: no end."), .value = v->expires, .autocomplete = "off"});
%     }
%     t_part_field(r, &(struct ui_field){.name = "note", .label = T("Note"), .optional = true, .help = T("Why, for whoever looks at it later."), .value = v->note, .max = 200, .autocomplete = "off"});
</div>
<div class="card-foot"><button class="btn primary">{{v->approved ? T("Approve") : T("Add")}}</button></div>
</form>
% }
</div>
% t_layout_admin_end(r);
