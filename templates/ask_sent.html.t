%args struct web_req *r, const struct pg_ask_view *v
%include "pages/pg_ask.h"
%include "ui.h"
% /* The same for every address (T-W9). */
% t_layout_plain_begin(r, T("Look into your mailbox"));
<div class="card"><div class="stackv">
<div><h1>{{T("Look into your mailbox")}}</h1>
<p class="muted"><bdi translate="no">{{v->address}}</bdi></p></div>
% if (v->kind == ASK_REGISTER) {
<p>{{T("If this mailbox is protected here, a message is on its way.")}}</p>
% } else {
<p>{{T("If this address has an account here, a message is on its way.")}}</p>
% }
<p class="muted">{{T("It takes a minute or two. There is at most one such message an hour.")}}</p>
% if (v->kind == ASK_LINK) {
<p class="muted">{{T("Open the link in this browser.")}}</p>
% }
<div class="btns"><a class="btn" href="/signin">{{T("Back to signing in")}}</a></div>
</div></div>
% t_layout_plain_end(r);
