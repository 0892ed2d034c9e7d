%args struct web_req *r, const struct pg_security_key *v
%include "pages/pg_security.h"
%include "ui.h"
% t_sender_frame_begin(r, T("Set up the second step"), v->held);
% t_part_security_crumbs(r, T("Set up the second step"));
<div class="head"><div class="head-text"><h1>{{T("Set up the second step")}}</h1></div></div>
<div class="card"><form class="card-form fields" method="post" action="/settings/security/second/on" novalidate>
% view_csrf(r, out);
<p>{{T("Scan this picture with your authenticator app, or type the key into it.")}}</p>
% if (v->qr) {
<svg width="224" height="224" viewBox="0 0 {{=v->size}} {{=v->size}}" role="img" aria-label="{{T("QR code with the key below")}}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="{{v->qr}}" fill="#000"/></svg>
% }
% t_part_record(r, "totp-key", T("Key"), v->secret, NULL, true);
<input type="hidden" name="secret" value="{{v->secret}}">
<input type="hidden" name="uri" value="{{v->uri}}">
% t_part_field(r, &(struct ui_field){.name = "code", .label = T("Code from your authenticator app"), .help = T("Six digits. A new code appears every 30 seconds."), .autocomplete = "one-time-code", .inputmode = "numeric"});
<div class="btns"><button class="btn primary">{{T("Turn on the second step")}}</button>
<a class="btn" href="/settings/security">{{T("Cancel")}}</a></div>
</form></div>
% t_sender_frame_end(r);
