%args struct web_req *r, const struct pg_file_passwords *v
%include "pages/pg_file_passwords.h"
% t_layout_admin_begin(r, T("Passwords of files"));
<div class="head"><div class="head-text"><h1>{{T("Passwords of files")}}</h1>
<p>{{T("Files that are locked with a password are opened with those in the message, and with these, so that what is in them can be checked. What nobody can open is never taken for clean.")}}</p></div></div>
<div class="stackv">
<form class="card" method="post" action="/file-passwords" novalidate>
% view_csrf(r, out);
% t_part_version(r, v->version);
<div class="card-head"><h2>{{T("Where passwords are tried")}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("Where passwords are tried")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "inbound", .type = "checkbox", .label = T("On incoming mail"), .checked = v->s.inbound});
% t_part_field(r, &(struct ui_field){.name = "outbound", .type = "checkbox", .label = T("On outgoing mail"), .checked = v->s.outbound});
% t_part_field(r, &(struct ui_field){.name = "minutes", .label = T("Minutes for which passwords of earlier messages are remembered"), .help = T("For files that come after their password, from the same sender to the same recipient. 0: not at all. At most 1440, which is a day."), .value = v->minutes, .max = 5, .short_box = true, .inputmode = "numeric", .autocomplete = "off"});
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
% }
</form>
<section class="card" aria-labelledby="listed">
<div class="card-head"><h2 id="listed">{{T("Passwords of your organisation")}}</h2>
% if (v->may_change) {
<span class="btns"><a class="btn" href="/file-passwords/export">
%     view_icon(out, "download", 18);
{{T("Export")}}</a><a class="btn" href="/file-passwords/import">
%     view_icon(out, "file-text", 18);
{{T("Import")}}</a></span>
% }
</div>
<div class="card-body"><p class="muted">{{T("Those that partners have agreed with you. They are tried after those in the message, the lowest priority first.")}}</p></div>
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "lock", .title = T("No password is listed"), .text = T("Add one below when files come whose password is agreed on, or import a list.")});
% } else {
<table class="list"><caption class="vh">{{T("Passwords of your organisation")}}</caption>
<thead><tr><th scope="col">{{T("Password")}}</th><th scope="col" class="c-end">{{T("Priority")}}</th><th scope="col">{{T("Added")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct store_file_password *x = &v->rows[i];
<tr><td><bdi class="mono" translate="no">{{x->value}}</bdi></td><td class="c-end" data-label="{{T("Priority")}}">{{#x->priority}}</td>
<td class="c-when" data-label="{{T("Added")}}"><time datetime="{{view_iso(r, x->added_at)}}" title="{{view_when_full(r, x->added_at)}}">{{view_when(r, x->added_at)}}</time></td>
%         if (v->may_change) {
<td class="c-act"><span class="acts"><a class="btn icon" href="{{url: arena_printf(r->a, "/file-passwords/%s/delete", x->entry_id)}}" title="{{T("Delete")}}" aria-label="{{TF(T("Delete {what}"), "what", x->value)}}">
%             view_icon(out, "trash-2", 18);
</a></span></td>
%         }
</tr>
%     }
</tbody></table>
% }
</section>
% if (v->may_change) {
<form class="card" method="post" action="/file-passwords/add" novalidate>
%     view_csrf(r, out);
<div class="card-head"><h2>{{T("Add a password")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "value", .label = T("Password"), .help = T("Everybody who may change settings can read it here. Do not use the password of an account."), .max = 128, .autocomplete = "off"});
%     t_part_field(r, &(struct ui_field){.name = "priority", .label = T("Priority"), .help = T("1 is tried first, 100 last."), .value = v->priority, .max = 3, .short_box = true, .inputmode = "numeric", .autocomplete = "off"});
</div>
<div class="card-foot"><button class="btn primary">{{T("Add")}}</button></div>
</form>
% }
</div>
% t_layout_admin_end(r);
