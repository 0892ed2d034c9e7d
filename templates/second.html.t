%args struct web_req *r, const struct pg_second_view *v
%include "pages/pg_second.h"
%include "ui.h"
% const char *title = v->gone ? T("Sign in again") : v->recovery ? T("Use a recovery code") : T("Second step");
% t_layout_plain_begin(r, v->problem ? TF(T("Error: {title}"), "title", title) : title);
<div class="card"><div class="stackv">
<h1>{{title}}</h1>
% if (v->gone) {
<p>{{T("Too much time has passed since you entered your password, or too many codes were tried.")}}</p>
<a class="btn primary big wide" href="/signin">{{T("Sign in")}}</a>
% } else if (!v->half.app) {
<p>{{T("Your organisation asks for a second step. For your account that is a passkey.")}}</p>
<form class="fields" method="post" action="/login/passkey">
%     view_csrf(r, out);
<input type="hidden" name="next" value="{{v->next}}">
<button class="btn primary big wide">
%     view_icon(out, "lock", 18);
{{T("Sign in with a passkey")}}</button>
</form>
<p>{{T("If you have lost it, ask your administrator.")}}</p>
% } else {
%     if (v->problem) {
<div class="note danger" role="alert" tabindex="-1" data-focus>
%         view_icon(out, "circle-alert", 18);
<span>{{v->problem}}</span></div>
%     }
<form class="fields" method="post" action="/login/2" novalidate>
%     view_csrf(r, out);
<input type="hidden" name="next" value="{{v->next}}">
%     if (v->recovery) {
<input type="hidden" name="recovery" value="1">
%         t_part_field(r, &(struct ui_field){.name = "code", .label = T("Recovery code"), .help = T("One of the ten codes that you kept when you set up the second step. Each works once."), .autocomplete = "off", .autofocus = !v->problem});
%     } else {
%         t_part_field(r, &(struct ui_field){.name = "code", .label = T("Code from your authenticator app"), .help = T("Six digits. A new code appears every 30 seconds."), .autocomplete = "one-time-code", .inputmode = "numeric", .autofocus = !v->problem});
%     }
%     if (v->half.may_trust) {
%         t_part_field(r, &(struct ui_field){.name = "trust", .label = T("Trust this device for 30 days"), .help = T("This browser then asks for your password only. Do not choose this on a device that others use."), .type = "checkbox", .checked = v->trust});
%     }
<button class="btn primary big wide">{{T("Sign in")}}</button>
</form>
%     if (v->recovery) {
<p><a href="{{url: view_path(r, "/login/2", "next", v->next, NULL)}}">{{T("Use a code from your app")}}</a></p>
%     } else {
<p><a href="{{url: view_path(r, "/login/2", "recovery", "1", "next", v->next, NULL)}}">{{T("Use a recovery code")}}</a></p>
%     }
% }
</div></div>
% t_layout_plain_end(r);
