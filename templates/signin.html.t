%args struct web_req *r, const struct pg_signin_view *v
%include "pages/pg_signin.h"
%include "ui.h"
% t_layout_plain_begin(r, v->problem ? TF(T("Error: {title}"), "title", T("Sign in")) : T("Sign in"));
<div class="card"><div class="stackv">
<div><h1>{{T("Sign in")}}</h1>
% if (r->surface == SURFACE_PORTAL) {
<p class="muted">{{T("See the mail that is held for you.")}}</p>
% } else {
<p class="muted">{{T("For administrators.")}}</p>
% }
</div>
% if (v->problem) {
<div class="note danger" role="alert" tabindex="-1" data-focus>
%     view_icon(out, "circle-alert", 18);
<span>{{v->problem}}</span></div>
% }
<form class="fields" method="post" action="/signin" novalidate>
% view_csrf(r, out);
<input type="hidden" name="next" value="{{v->next}}">
% t_part_field(r, &(struct ui_field){.name = "address", .label = T("E-mail address"), .type = "email", .value = v->address, .autocomplete = "username", .inputmode = "email", .autofocus = !v->problem && !*v->address});
% t_part_field(r, &(struct ui_field){.name = "password", .label = T("Password"), .type = "password", .autocomplete = "current-password"});
<button class="btn primary big wide">{{T("Sign in")}}</button>
</form>
<form class="fields" method="post" action="/login/passkey">
% view_csrf(r, out);
<input type="hidden" name="next" value="{{v->next}}">
<button class="btn wide">
% view_icon(out, "lock", 18);
{{T("Sign in with a passkey")}}</button>
</form></div></div>
% t_layout_plain_end(r);
