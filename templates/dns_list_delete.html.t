%args struct web_req *r, const struct ui_dns_list *v
%include "ui.h"
% t_layout_admin_begin(r, T("Delete this list?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "%s/lists/%s/delete", v->base, v->id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this list?")}}</h1>
<p>{{TF(T("{list} is no longer asked. To stop it for a while only, turn it off instead."), "list", v->zone)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the list")}}</button><a class="btn" data-cancel href="{{url: v->base}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
