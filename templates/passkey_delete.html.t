%args struct web_req *r, const struct pg_passkey_delete *v
%include "pages/pg_passkey.h"
%include "ui.h"
% t_sender_frame_begin(r, T("Delete this passkey?"), v->held);
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/settings/security/passkeys/%s/delete", v->id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this passkey?")}}</h1>
<p>{{TF(T("\"{name}\" then no longer signs you in. Delete it on your device, too."), "name", v->name)}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the passkey")}}</button><a class="btn" data-cancel href="/settings/security">{{T("Cancel")}}</a></div>
</form></div>
% t_sender_frame_end(r);
