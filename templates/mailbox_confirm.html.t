%args struct web_req *r, const struct pg_mailbox_confirm_view *v
%include "pages/pg_mailboxes.h"
%include "ui.h"
% t_layout_portal_begin(r, T("Link this mailbox?"), -1);
<div class="card"><div class="card-form">
<h1>{{T("Link this mailbox?")}}</h1>
% if (v->other_account) {
<p>{{TF(T("{account} asked for this link. Sign in with that account to use it."), "account", v->proof.account)}}</p>
<div class="btns"><a class="btn" href="/">{{T("Back to the quarantine")}}</a></div>
% } else {
<p>
%     ui_sentence(r, out, TF(T("From now on you see and handle the mail that is held for {address}, too."), "address", v->proof.address));
</p>
<form class="btns" method="post" action="/settings/mailboxes/confirm">
%     view_csrf(r, out);
<input type="hidden" name="t" value="{{v->token}}">
<button class="btn primary">{{T("Link this mailbox")}}</button><a class="btn" href="/settings/mailboxes">{{T("Cancel")}}</a></form>
% }
</div></div>
% t_layout_portal_end(r);
