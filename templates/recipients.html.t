%args struct web_req *r, const struct pg_recipients *v
%include "ui.h"
%include "pages/pg_domains.h"
%include "pages/pg_recipients.h"
% const char *path = arena_printf(r->a, "/domains/%s/recipients", v->id);
% const struct pg_domain *d = v->d;
% t_layout_admin_begin(r, TF(T("Recipients of {domain}"), "domain", d->unicode ? d->unicode : d->name));
% t_part_domain_head(r, d, "recipients", v->may_change);
<div class="columns"><div class="stackv">
<form class="card" method="post" action="{{url: path}}">
% view_csrf(r, out);
<div class="card-head"><h2>{{T("Valid recipients")}}</h2></div>
<div class="card-body stackv">
<p class="muted">{{T("Mail for addresses that do not exist can be refused before it comes in.")}}</p>
% if (v->check) {
<p>
%     t_part_badge(r, "ok", "check", T("On"));
 {{T("Only the addresses below are accepted. Mail for others is refused.")}}</p>
%     if (!v->total) {
<p class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{T("The list is empty: all mail for this domain is refused.")}}</span></p>
%     }
% } else {
<p>
%     t_part_badge(r, "", "ban", T("Off"));
 {{T("Mail for every address of the domain is accepted.")}}</p>
<input type="hidden" name="check" value="1">
% }
% if (v->may_change) {
<div class="btns"><button class="btn">{{v->check ? T("Accept every address") : T("Refuse other addresses")}}</button></div>
% }
</div></form>
<div class="card">
% if (!v->total) {
%     t_part_empty(r, &(struct ui_empty){.icon = "users", .title = T("No recipients yet"), .text = T("Type addresses below, or choose a CSV file with them.")});
% } else {
<form class="filters" id="filters" method="get" action="{{url: path}}" role="search">
<label class="search"><span class="vh">{{T("Address begins with")}}</span>
%     view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->search}}" placeholder="{{T("Address begins with")}}" maxlength="320"></label>
<button class="btn">{{T("Search")}}</button>
%     if (*v->search) {
<a class="btn quiet" href="{{url: path}}">{{T("Clear search")}}</a>
%     }
<a class="btn" href="{{url: arena_printf(r->a, "%s/export", path)}}">
%     view_icon(out, "download", 18);
{{T("Export as CSV")}}</a>
</form>
%     if (!v->n) {
%         t_part_empty(r, &(struct ui_empty){.icon = "search", .title = T("No address matches"), .text = *v->search ? TF(T("No address begins with \"{text}\"."), "text", v->search) : NULL, .link = path, .label = T("Show all")});
%     } else {
<table class="list" id="results"><caption class="vh">{{T("Valid recipients")}}</caption>
<thead><tr><th scope="col">{{T("Address")}}</th>
%         if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%         }
</tr></thead><tbody>
%         for (int i = 0; i < v->n; i++) {
<tr><td>
%             ui_address(r, out, view_safe(r, v->rows[i]));
</td>
%             if (v->may_change) {
<td class="c-act"><form class="acts" method="post" action="{{url: arena_printf(r->a, "%s/delete", path)}}">
%                 view_csrf(r, out);
<input type="hidden" name="address" value="{{v->rows[i]}}">
<button class="btn icon" aria-label="{{TF(T("Delete {address}"), "address", v->rows[i])}}" title="{{T("Delete")}}">
%                 view_icon(out, "trash-2", 18);
</button></form></td>
%             }
</tr>
%         }
</tbody></table>
%     }
%     struct ui_pager pager = v->pager;
%     pager.text = v->total > 100000 ? T("More than 100,000 recipients") : TF(TN("{n} recipient", "{n} recipients", v->total), "n", view_int(r, v->total));
%     t_part_pager(r, &pager);
% }
</div>
% if (v->may_change) {
<form class="card" method="post" enctype="multipart/form-data" action="{{url: arena_printf(r->a, "%s/import", path)}}" novalidate>
%     view_csrf(r, out);
<div class="card-head"><h2>{{T("Add recipients")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "lines", .label = T("Addresses"), .help = TF(T("One on each line, such as name@{domain}. Addresses with a tag (name+tag) need no line of their own."), "domain", d->name), .type = "textarea", .value = v->typed, .rows = 5, .optional = true});
%     t_part_field(r, &(struct ui_field){.name = "file", .label = T("CSV file"), .help = T("The first column with an @ is the address. You see what it would do before anything is added."), .type = "file", .optional = true});
</div>
<div class="card-foot"><button class="btn">{{T("Add recipients")}}</button></div>
</form>
% }
</div>
% t_part_domain_about(r, d);
</div>
% t_layout_admin_end(r);
