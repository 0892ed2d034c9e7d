%args struct web_req *r, const struct pg_proof_view *v
%include "pages/pg_proof.h"
%include "ui.h"
% const char *title = v->kind == PROOF_ACTIVATE ? T("Your account is ready") : T("Your password was changed");
% t_layout_plain_begin(r, title);
<div class="card"><div class="problem">
<h1>{{title}}</h1>
<p>{{v->kind == PROOF_ACTIVATE ? T("Sign in with your address and the password that you just chose.") : T("Sign in with the new password.")}}</p>
<a class="btn primary" href="/signin">{{T("Sign in")}}</a>
</div></div>
% t_layout_plain_end(r);
