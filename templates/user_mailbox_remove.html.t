%args struct web_req *r, const struct pg_user_form *v
%include "ui.h"
%include "pages/pg_users.h"
% const struct pg_user *u = v->u;
% const char *who = *u->name ? u->name : u->address;
% const char *title = TF(T("Take the mailbox {address} from {person}?"), "address", v->mailbox, "person", who);
% t_layout_admin_begin(r, title);
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/users/%s/mailboxes/remove", u->id)}}">
% view_csrf(r, out);
<input type="hidden" name="address" value="{{v->mailbox}}">
<h1 id="question">
% ui_sentence(r, out, title);
</h1>
<p>{{T("Mail that is held for it stays, but this person sees it no longer. Others who share the mailbox keep it.")}}</p>
<div class="btns"><button class="btn danger primary">{{T("Take away")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/users/%s", u->id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
