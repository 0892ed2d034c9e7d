%args struct web_req *r, const struct pg_tls_peer *p
%include "ui.h"
%include "pages/pg_tls.h"
% t_layout_admin_begin(r, T("Delete this TLS peer?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/tls/%s/delete", p->id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this TLS peer?")}}</h1>
% if (p->inbound) {
<p>{{TF(T("Mail from {peer} is taken again as the other entries say."), "peer", strcmp(p->peer, "*") ? p->peer : T("all other peers"))}}</p>
% } else {
<p>{{TF(T("Mail to {peer} is sent again as the other entries say."), "peer", strcmp(p->peer, "*") ? p->peer : T("all other peers"))}}</p>
% }
<div class="btns"><button class="btn danger primary">{{T("Delete the TLS peer")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/tls/%s", p->id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
