%args struct web_req *r, int kind
%include "pages/pg_proof.h"
%include "ui.h"
% t_layout_plain_begin(r, T("This link no longer works"));
<div class="card"><div class="problem">
<h1>{{T("This link no longer works")}}</h1>
<p>{{T("Such links work once and for a limited time. This one was used, or it is too old.")}}</p>
<a class="btn primary" href="{{url: kind == PROOF_ACTIVATE ? "/register" : kind == PROOF_RESET ? "/forgot" : kind == PROOF_LINK ? "/signin" : "/settings/mailboxes"}}">{{T("Send a new one")}}</a>
</div></div>
% t_layout_plain_end(r);
