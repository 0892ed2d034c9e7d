%args struct web_req *r, const struct pg_tls *v
%include "ui.h"
%include "pages/pg_tls.h"
% t_layout_admin_begin(r, T("TLS peers"));
<div class="head"><div class="head-text"><h1>{{T("TLS peers")}}</h1>
<p>{{T("With whom mail must travel encrypted. Without an entry it is encrypted whenever the other side can.")}}</p></div>
% if (v->may_change) {
<div class="btns"><a class="btn" href="/tls/add?direction=in">
%     view_icon(out, "plus", 18);
{{T("Add for incoming mail")}}</a><a class="btn" href="/tls/add?direction=out">
%     view_icon(out, "plus", 18);
{{T("Add for outgoing mail")}}</a></div>
% }
</div>
<div class="stackv">
% if (v->no_certificate) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("This gateway has no TLS certificate, so nobody can send mail to it encrypted. Set tls_certificate and tls_key before you ask for it.")}}</span></p>
% }
<div class="card">
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "lock", .title = T("No TLS peers yet"), .text = T("Add the domains that your mail must never reach, or come from, in the clear."), .link = v->may_change ? "/tls/add?direction=in" : NULL, .label = T("Add for incoming mail")});
% } else {
<table class="list"><caption class="vh">{{T("TLS peers")}}</caption>
<thead><tr><th scope="col">{{T("Peer")}}</th><th scope="col">{{T("Direction")}}</th><th scope="col">{{T("Your domain")}}</th><th scope="col">{{T("Encryption")}}</th><th scope="col">{{T("State")}}</th></tr></thead>
<tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_tls_peer *p = &v->rows[i];
<tr><td>
%         if (v->may_change) {
<a class="row-link" href="{{url: arena_printf(r->a, "/tls/%s", p->id)}}"><b><bdi>{{strcmp(p->peer, "*") ? p->peer : T("All other peers")}}</bdi></b></a>
%         } else {
<b><bdi>{{strcmp(p->peer, "*") ? p->peer : T("All other peers")}}</bdi></b>
%         }
</td>
<td data-label="{{T("Direction")}}">{{p->inbound ? T("Incoming") : T("Outgoing")}}</td>
<td data-label="{{T("Your domain")}}"><bdi>{{*p->domain ? p->domain : T("All other domains")}}</bdi></td>
<td data-label="{{T("Encryption")}}">{{pg_tls_level(r, p->level)}}
%         if (strcmp(p->level, "none") && (!p->inbound || strcmp(p->level, "may"))) {
<span class="sub">{{strcmp(p->min_version, "1.3") ? T("TLS 1.2 or newer") : T("TLS 1.3")}}</span>
%         }
</td>
<td>
%         if (p->active) {
%             t_part_badge(r, "ok", "check", T("On"));
%         } else {
%             t_part_badge(r, "", "ban", T("Off"));
%         }
</td></tr>
%     }
</tbody></table>
% }
% if (v->pager.newer || v->pager.older) {
%     t_part_pager(r, &v->pager);
% }
</div>
</div>
% t_layout_admin_end(r);
