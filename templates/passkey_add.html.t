%args struct web_req *r, const struct pg_passkey_view *v
%include "pages/pg_passkey.h"
%include "pages/pg_security.h"
%include "ui.h"
% t_sender_frame_begin(r, T("Add a passkey"), v->held);
% t_part_security_crumbs(r, T("Add a passkey"));
<div class="head"><div class="head-text"><h1>{{T("Add a passkey")}}</h1></div></div>
<div class="card"><form class="card-form fields" method="post" action="/settings/security/passkey/add" data-passkey="add" data-challenge="{{v->challenge}}" data-rp="{{v->rp}}" data-user="{{v->user}}" data-address="{{r->session.address}}" data-known="{{v->known}}" novalidate>
% view_csrf(r, out);
<div class="note" data-no-passkey>
% view_icon(out, "info", 18);
<span>{{T("Passkeys need JavaScript and a browser that supports them. Without, sign in with password and code.")}}</span></div>
<div class="note danger" role="alert" hidden data-failed>
% view_icon(out, "circle-alert", 18);
<span>{{T("Your browser made no passkey. You may have cancelled, or this device has one already.")}}</span></div>
% t_part_field(r, &(struct ui_field){.name = "name", .label = T("Name"), .help = T("So that you recognise it in the list."), .value = pg_device(r, r->agent), .max = 60, .optional = true});
<input type="hidden" name="client_data"><input type="hidden" name="auth_data">
<div class="btns"><button class="btn primary" hidden>{{T("Make the passkey")}}</button>
<a class="btn" href="/settings/security">{{T("Cancel")}}</a></div>
</form></div>
<script type="module" src="{{url: view_asset("passkey.js")}}"></script>
% t_sender_frame_end(r);
