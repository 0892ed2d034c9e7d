%args struct web_req *r, const struct pg_user_form *v
%include "ui.h"
%include "pages/pg_users.h"
% const struct pg_user *u = v->u;
% const char *who = *u->name ? u->name : u->address;
% t_layout_admin_begin(r, TF(T("Remove the second step of {name}?"), "name", who));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/users/%s/second", u->id)}}">
% view_csrf(r, out);
<h1 id="question">{{TF(T("Remove the second step of {name}?"), "name", who)}}</h1>
<p>{{TF(T("Make sure first that it is {address} who asks: call back by a number that you know. Then the password alone is enough to sign in."), "address", u->address)}}</p>
<p>{{T("The authenticator app, the recovery codes and all passkeys of this person are removed, and all sessions end now. The person is told by e-mail.")}}</p>
<div class="btns"><button class="btn danger primary">{{T("Remove the second step")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/users/%s", u->id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
