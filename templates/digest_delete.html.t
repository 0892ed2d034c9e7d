%args struct web_req *r, const struct store_digest_rule *x
%include "ui.h"
%include "pages/pg_digest.h"
% t_layout_admin_begin(r, T("Delete this digest rule?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/digest/%s/delete", x->rule_id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this digest rule?")}}</h1>
<p>{{TF(T("The recipients of “{name}” get digests by the other rules, or none."), "name", x->name)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the rule")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/digest/%s", x->rule_id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
