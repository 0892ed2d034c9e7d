%args struct web_req *r, const struct pg_server_page *v
%include "ui.h"
%include "pages/pg_domains.h"
% t_layout_admin_begin(r, T("Delete this server?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/servers/%s/delete", v->id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this server?")}}</h1>
<p>{{TF(T("Mail for {domain} is no longer handed to {server}."), "domain", v->domain, "server", v->host)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the server")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/domains/%s/servers", v->domain_id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
