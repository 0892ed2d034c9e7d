%args struct web_req *r, const struct pg_signin_view *v
%include "pages/pg_signin.h"
%include "ui.h"
% bool portal = r->surface == SURFACE_PORTAL;
% t_layout_plain_begin(r, v->problem ? TF(T("Error: {title}"), "title", T("Sign in")) : T("Sign in"));
<div class="card"><div class="stackv">
<div><h1>{{T("Sign in")}}</h1>
% if (v->password_step && portal) {
<p class="muted"><bdi translate="no">{{v->address}}</bdi></p>
<p><a href="{{url: view_path(r, "/signin", "next", v->next, NULL)}}">{{T("Use another address")}}</a></p>
% } else if (portal) {
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
% if (v->password_step && portal) {
<input class="vh" type="email" name="address" value="{{v->address}}" autocomplete="username" tabindex="-1" aria-hidden="true" readonly>
% } else {
%     t_part_field(r, &(struct ui_field){.name = "address", .label = T("E-mail address"), .type = "email", .value = v->address, .autocomplete = "username", .inputmode = "email", .autofocus = !v->problem && !*v->address});
% }
% if (v->password_step || !portal) {
%     t_part_field(r, &(struct ui_field){.name = "password", .label = T("Password"), .type = "password", .autocomplete = "current-password", .autofocus = portal && !v->problem});
<button class="btn primary big wide">{{T("Sign in")}}</button>
% } else {
<button class="btn primary big wide">{{T("Next")}}</button>
% }
</form>
<form class="fields" method="post" action="/login/passkey">
% view_csrf(r, out);
<input type="hidden" name="next" value="{{v->next}}">
<button class="btn big wide">
% view_icon(out, "lock", 18);
{{T("Sign in with a passkey")}}</button>
</form>
% if (portal && v->password_step) {
%     if (v->ways.link) {
<form class="fields" method="post" action="/signin/mail">
%         view_csrf(r, out);
<input type="hidden" name="address" value="{{v->address}}">
<button class="btn big wide">
%         view_icon(out, "mail", 18);
{{T("E-mail me a link")}}</button></form>
%     }
<p><a href="/forgot">{{T("Forgot your password?")}}</a></p>
% } else if (portal && v->ways.may_register) {
<p>{{T("No account yet?")}} <a href="/register">{{T("Register")}}</a></p>
% }
</div></div>
% t_layout_plain_end(r);
