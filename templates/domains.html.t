%args struct web_req *r, const struct pg_domains *v
%include "ui.h"
%include "pages/pg_domains.h"
% t_layout_admin_begin(r, T("Domains"));
<div class="head"><div class="head-text"><h1>{{T("Domains")}}</h1>
<p>{{TF(TN("{n} domain is protected here.", "{n} domains are protected here.", v->n), "n", view_int(r, v->n))}}</p></div>
% if (v->may_change) {
<div class="btns"><a class="btn primary" href="/domains/add">
%     view_icon(out, "plus", 18);
{{T("Add a domain")}}</a></div>
% }
</div>
<div class="card">
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "globe", .title = T("No domains yet"), .text = T("Add the first domain. Mail for it is accepted at once."), .link = v->may_change ? "/domains/add" : NULL, .label = T("Add a domain")});
% } else {
<table class="list"><caption class="vh">{{T("Domains")}}</caption>
<thead><tr><th scope="col">{{T("Domain")}}</th><th scope="col">{{T("Inbound servers")}}</th><th scope="col" class="c-end">{{T("Mail in 24 hours")}}</th><th scope="col">{{T("Status")}}</th><th scope="col">{{T("Added")}}</th></tr></thead>
<tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_domain *d = &v->rows[i];
<tr><td><a class="row-link" href="{{url: arena_printf(r->a, "/domains/%s", d->id)}}"><b><bdi dir="ltr" translate="no">{{d->unicode ? d->unicode : d->name}}</bdi></b></a>
%         if (d->unicode) {
<span class="sub"><bdi dir="ltr" translate="no">{{d->name}}</bdi></span>
%         }
</td>
<td data-label="{{T("Inbound servers")}}">
%         for (int s = 0; s < d->nservers && s < 2; s++) {
<span class="sub"><bdi dir="ltr" translate="no">{{d->servers[s].host}}:{{=d->servers[s].port}}</bdi></span>
%         }
%         if (d->nservers > 2) {
<span class="sub">{{TF(TN("and {n} more", "and {n} more", d->nservers - 2), "n", view_int(r, d->nservers - 2))}}</span>
%         }
%         if (!d->nservers) {
%             t_part_badge(r, "danger", "triangle-alert", T("No server"));
%         }
</td>
<td class="c-end" data-label="{{T("Mail in 24 hours")}}">{{#d->mail_24h}}</td>
<td>
%         t_part_domain_status(r, d);
</td>
<td class="c-when" data-label="{{T("Added")}}"><time datetime="{{view_iso(r, d->created_at)}}" title="{{view_when_full(r, d->created_at)}}">{{view_when(r, d->created_at)}}</time></td></tr>
%     }
</tbody></table>
% }
</div>
% t_layout_admin_end(r);
