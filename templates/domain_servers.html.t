%args struct web_req *r, const struct pg_domain_page *v
%include "ui.h"
%include "pages/pg_domains.h"
% const struct pg_domain *d = v->d;
% t_layout_admin_begin(r, TF(T("{domain} - Domains"), "domain", d->unicode ? d->unicode : d->name));
% t_part_domain_head(r, d, "servers", v->may_change);
<div class="columns"><div class="stackv">
<section class="card" aria-labelledby="servers">
<div class="card-head"><h2 id="servers">{{T("Inbound servers")}}</h2></div>
<div class="card-body"><p class="muted">{{T("Checked mail goes to the server with the lowest preference number. If it does not answer, the next one is tried.")}}</p></div>
% if (!d->nservers) {
%     t_part_empty(r, &(struct ui_empty){.icon = "server", .tone = "danger", .title = T("No server"), .text = T("Mail for this domain waits in the queue until a server is added.")});
% } else {
<table class="list"><caption class="vh">{{T("Inbound servers")}}</caption>
<thead><tr><th scope="col">{{TC("list", "Recipient")}}</th><th scope="col">{{T("Server")}}</th><th scope="col" class="c-end">{{T("Port")}}</th><th scope="col" class="c-end">{{T("Preference")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < d->nservers; i++) {
%         const struct pg_server *s = &d->servers[i];
<tr><td>
%         if (!strcmp(s->recipient, "*")) {
{{T("All recipients")}}
%         } else {
<bdi dir="ltr" translate="no">{{s->recipient}}</bdi>
%         }
</td>
<td data-label="{{T("Server")}}"><bdi dir="ltr" translate="no">{{s->host}}</bdi></td>
<td class="c-end" data-label="{{T("Port")}}">{{=s->port}}</td>
<td class="c-end" data-label="{{T("Preference")}}">{{#s->preference}}</td>
%         if (v->may_change) {
<td class="c-act"><span class="acts"><form method="post" action="{{url: arena_printf(r->a, "/servers/%s/test", s->id)}}">
%             view_csrf(r, out);
<button class="btn link" aria-label="{{TF(T("Test the connection to {server}"), "server", s->host)}}">{{T("Test")}}</button></form>
<a class="btn link" href="{{url: arena_printf(r->a, "/servers/%s", s->id)}}" aria-label="{{TF(T("Change {server}"), "server", s->host)}}">{{T("Change")}}</a>
<a class="btn icon" data-confirm href="{{url: arena_printf(r->a, "/servers/%s/delete", s->id)}}" aria-label="{{TF(T("Delete {server}"), "server", s->host)}}" title="{{T("Delete")}}">
%             view_icon(out, "trash-2", 18);
</a></span></td>
%         }
</tr>
%     }
</tbody></table>
% }
</section>
% if (v->may_change) {
<form class="card" method="post" action="{{url: arena_printf(r->a, "/domains/%s/servers", d->id)}}" novalidate>
%     view_csrf(r, out);
<div class="card-head"><h2>{{T("Add a server")}}</h2></div>
<div class="card-form">
%     t_part_server_fields(r, v->recipient, v->host, v->preference);
</div>
<div class="card-foot"><button class="btn">{{T("Add the server")}}</button></div>
</form>
% }
</div>
% t_part_domain_about(r, d);
</div>
% t_layout_admin_end(r);
