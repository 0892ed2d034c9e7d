%args struct web_req *r, const struct pg_outbound *v
%include "ui.h"
%include "pages/pg_domains.h"
%include "pages/pg_outbound.h"
% const char *path = arena_printf(r->a, "/domains/%s/outbound", v->id);
% const struct pg_domain *d = v->d;
% t_layout_admin_begin(r, TF(T("Outbound servers of {domain}"), "domain", d->unicode ? d->unicode : d->name));
% t_part_domain_head(r, d, "outbound", v->may_change);
<div class="columns"><div class="stackv">
<form class="card" method="post" action="{{url: path}}">
% view_csrf(r, out);
<div class="card-head"><h2>{{T("Outbound servers")}}</h2></div>
<div class="card-body stackv">
<p class="muted">{{T("Only these servers may send mail from the addresses of this domain through Sekisho. Others are refused.")}}</p>
% if (v->on) {
<p>
%     t_part_badge(r, "ok", "check", T("On"));
 {{T("Mail from the servers below is checked and sent.")}}</p>
% } else {
<p>
%     t_part_badge(r, "", "ban", T("Off"));
 {{T("Mail from senders of this domain is refused, whatever server it comes from.")}}</p>
<input type="hidden" name="on" value="1">
% }
% if (v->may_change) {
<div class="btns"><button class="btn">{{v->on ? T("Switch outbound mail off") : T("Switch outbound mail on")}}</button></div>
% }
</div></form>
<div class="card">
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "server", .title = T("No outbound servers yet"), .text = T("Add the address of the mail server that sends for this domain. It works at once.")});
% } else {
<table class="list"><caption class="vh">{{T("Outbound servers")}}</caption>
<thead><tr><th scope="col">{{T("Address or network")}}</th><th scope="col">{{T("Added")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
<tr><td><bdi dir="ltr" class="mono addr" translate="no">{{v->rows[i].network}}</bdi></td>
<td class="c-when" data-label="{{T("Added")}}"><time datetime="{{view_iso(r, v->rows[i].created_at)}}" title="{{view_when_full(r, v->rows[i].created_at)}}">{{view_when(r, v->rows[i].created_at)}}</time></td>
%         if (v->may_change) {
<td class="c-act"><form class="acts" method="post" action="{{url: arena_printf(r->a, "%s/delete", path)}}">
%             view_csrf(r, out);
<input type="hidden" name="network" value="{{v->rows[i].network}}">
<button class="btn icon" aria-label="{{TF(T("Delete {server}"), "server", v->rows[i].network)}}" title="{{T("Delete")}}">
%             view_icon(out, "trash-2", 18);
</button></form></td>
%         }
</tr>
%     }
</tbody></table>
% }
% if (*v->operators) {
<div class="list-foot"><span>{{TF(T("The operator also lets these networks send for every domain: {networks}"), "networks", v->operators)}}</span></div>
% }
</div>
% if (v->may_change && v->full) {
<p class="note">
%     view_icon(out, "info", 18);
<span>{{T("There are 30 outbound servers already. Delete one first.")}}</span></p>
% } else if (v->may_change) {
<form class="card" method="post" action="{{url: arena_printf(r->a, "%s/add", path)}}" novalidate>
%     view_csrf(r, out);
<div class="card-head"><h2>{{T("Add an outbound server")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "network", .label = T("Address or network"), .help = T("An IP address, or a network such as 192.0.2.0/24 or 2001:db8::/48. Only addresses that nobody else uses."), .value = v->typed, .max = 60, .autocomplete = "off"});
</div>
<div class="card-foot"><button class="btn">{{T("Add the server")}}</button></div>
</form>
% }
</div>
% t_part_domain_about(r, d);
</div>
% t_layout_admin_end(r);
