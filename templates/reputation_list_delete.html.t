%args struct web_req *r, const struct pg_reputation_list_delete *v
%include "pages/pg_reputation.h"
% t_layout_admin_begin(r, T("Delete this list?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/reputation/lists/%s/delete", v->id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this list?")}}</h1>
<p>{{TF(T("{list} is no longer asked. To stop it for a while only, turn it off instead."), "list", v->zone)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the list")}}</button><a class="btn" data-cancel href="/reputation">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
