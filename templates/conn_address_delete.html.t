%args struct web_req *r, const struct store_conn_address *v
%include "pages/pg_connection.h"
% const bool blocked = !strcmp(v->list, "blocked");
% t_layout_admin_begin(r, T("Delete this address?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/connection/addresses/%s/delete", v->address_id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this address?")}}</h1>
<p>{{TF(blocked ? T("{network} is then no longer blocked.") : T("{network} is then no longer approved."), "network", v->network)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the address")}}</button><a class="btn" data-cancel href="{{url: view_path(r, "/connection/addresses", "list", v->list, NULL)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
