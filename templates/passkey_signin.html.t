%args struct web_req *r, const struct pg_passkey_view *v
%include "pages/pg_passkey.h"
%include "ui.h"
% t_layout_plain_begin(r, v->problem ? TF(T("Error: {title}"), "title", T("Sign in with a passkey")) : T("Sign in with a passkey"));
<div class="card"><div class="stackv">
<h1>{{T("Sign in with a passkey")}}</h1>
% if (v->problem) {
<div class="note danger" role="alert" tabindex="-1" data-focus>
%     view_icon(out, "circle-alert", 18);
<span>{{v->problem}}</span></div>
% }
% if (!v->challenge) {
<div class="note">
%     view_icon(out, "info", 18);
<span>{{T("Passkeys need an address with a name: this page is known by its IP address.")}}</span></div>
% } else {
<form class="fields" method="post" action="/login/passkey/done" data-passkey="get" data-challenge="{{v->challenge}}" data-rp="{{v->rp}}"{{? !v->problem: data-auto="1"}} novalidate>
%     view_csrf(r, out);
<input type="hidden" name="next" value="{{v->next}}">
<div class="note" data-no-passkey>
%     view_icon(out, "info", 18);
<span>{{T("Passkeys need JavaScript and a browser that supports them. Without, sign in with password and code.")}}</span></div>
<div class="note danger" role="alert" hidden data-failed>
%     view_icon(out, "circle-alert", 18);
<span>{{T("Your browser gave no passkey. Try again, or sign in with your password.")}}</span></div>
<input type="hidden" name="credential"><input type="hidden" name="client_data"><input type="hidden" name="auth_data"><input type="hidden" name="signature"><input type="hidden" name="user">
<button class="btn primary big wide" hidden>{{T("Use the passkey")}}</button>
</form>
% }
<p><a href="{{url: view_path(r, "/signin", "next", strcmp(v->next, "/") ? v->next : "", NULL)}}">{{T("Sign in with your password")}}</a></p>
</div></div>
<script type="module" src="{{url: view_asset("passkey.js")}}"></script>
% t_layout_plain_end(r);
