%args struct web_req *r, const struct pg_auth_page *v
%include "ui.h"
%include "pages/pg_authentication.h"
% t_layout_admin_begin(r, TF(T("Delete the rule for {domain}?"), "domain", v->name));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/authentication/%s/reset", v->id)}}" novalidate>
% view_csrf(r, out);
<h1 id="question">{{TF(T("Delete the rule for {domain}?"), "domain", v->name)}}</h1>
<p>{{T("The domain then goes by the rule for all domains. The audit log keeps what the deleted rule said.")}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete this rule")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/authentication/%s", v->id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
