%args struct web_req *r, const struct store_approver_group *x
%include "ui.h"
%include "pages/pg_approvers.h"
% t_layout_admin_begin(r, T("Delete this group?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/requests/approvers/%s/delete", x->group_id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this group?")}}</h1>
<p>{{TF(T("Requests that “{name}” decides about go to the others who are named, or to everybody who may deliver held mail."), "name", x->name)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the group")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/requests/approvers/%s", x->group_id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
