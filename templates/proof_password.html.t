%args struct web_req *r, const struct pg_proof_view *v
%include "../common/password_rule.h"
%include "pages/pg_proof.h"
%include "ui.h"
% const char *title = v->kind == PROOF_ACTIVATE ? T("Activate your account") : T("Choose a new password");
% t_layout_plain_begin(r, ui_has_errors(r) ? TF(T("Error: {title}"), "title", title) : title);
<div class="card"><div class="stackv">
<div><h1>{{title}}</h1>
<p class="muted"><bdi translate="no">{{v->proof.address}}</bdi></p></div>
<form class="fields" method="post" action="{{url: v->kind == PROOF_ACTIVATE ? "/activate" : "/reset"}}" novalidate>
% view_csrf(r, out);
<input type="hidden" name="t" value="{{v->token}}">
% t_part_field(r, &(struct ui_field){.name = "password", .label = T("New password"), .help = T("12 characters or more. Several words that do not belong together are easy to remember and hard to guess."), .type = "password", .autocomplete = "new-password", .least = PASSWORD_MIN, .autofocus = !ui_has_errors(r)});
% if (v->kind == PROOF_RESET) {
<p class="muted">{{T("Every browser in which you are signed in is signed out.")}}</p>
% }
<button class="btn primary big wide">{{v->kind == PROOF_ACTIVATE ? T("Activate") : T("Set the password")}}</button>
</form></div></div>
% t_layout_plain_end(r);
