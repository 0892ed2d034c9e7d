%args struct web_req *r, const char *address
%include "ui.h"
% t_layout_portal_begin(r, TF(T("Unlink {address}?"), "address", address), -1);
<div class="card"><form data-question class="card-form" method="post" action="/settings/mailboxes/unlink" novalidate>
% view_csrf(r, out);
<input type="hidden" name="address" value="{{address}}">
<h1 id="question">
% ui_sentence(r, out, TF(T("Unlink {address}?"), "address", address));
</h1>
<p>{{T("You no longer see the mail that is held for it. To link it again, you need a new proof.")}}</p>
<div class="btns"><button class="btn danger primary">{{T("Unlink")}}</button><a class="btn" data-cancel href="/settings/mailboxes">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_portal_end(r);
