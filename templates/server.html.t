%args struct web_req *r, const struct pg_server_page *v
%include "ui.h"
%include "pages/pg_domains.h"
% t_layout_admin_begin(r, T("Change a server"));
<div class="crumbs-row">
% t_part_crumbs(r, arena_printf(r->a, "/domains/%s/servers", v->domain_id), v->domain, T("Change a server"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Change a server")}}</h1></div></div>
<form class="card" method="post" action="{{url: arena_printf(r->a, "/servers/%s", v->id)}}" novalidate>
% view_csrf(r, out);
<div class="card-form">
% t_part_server_fields(r, v->recipient, v->host, v->preference);
</div>
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button><a class="btn quiet" href="{{url: arena_printf(r->a, "/domains/%s/servers", v->domain_id)}}">{{T("Cancel")}}</a></div>
</form>
% t_layout_admin_end(r);
