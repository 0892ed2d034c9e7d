%args struct web_req *r, const struct pg_file_password_delete *v
%include "pages/pg_file_passwords.h"
% t_layout_admin_begin(r, T("Delete this password?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/file-passwords/%s/delete", v->id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this password?")}}</h1>
<p>{{TF(T("{what} is then no longer tried on files."), "what", v->value)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the password")}}</button><a class="btn" data-cancel href="/file-passwords">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
