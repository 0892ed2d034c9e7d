%args struct web_req *r, const struct pg_user *u
%include "ui.h"
%include "pages/pg_users.h"
% const char *who = *u->name ? u->name : u->address;
% t_layout_admin_begin(r, TF(T("Delete {name}?"), "name", who));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/users/%s/delete", u->id)}}">
% view_csrf(r, out);
<h1 id="question">{{TF(T("Delete {name}?"), "name", who)}}</h1>
<p>
% ui_sentence(r, out, TF(T("{address} can no longer sign in, and all its sessions end now. Held mail for this address stays in the quarantine."), "address", u->address));
</p>
<div class="btns"><button class="btn danger primary">{{T("Delete user")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/users/%s", u->id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
