%args struct web_req *r, const struct pg_ask_view *v
%include "pages/pg_ask.h"
%include "ui.h"
% const char *title = v->kind == ASK_REGISTER ? T("Register") : v->kind == ASK_RESET ? T("New password") : T("Link to sign in");
% t_layout_plain_begin(r, v->problem ? TF(T("Error: {title}"), "title", title) : title);
<div class="card"><div class="stackv">
<div><h1>{{title}}</h1>
% if (v->kind == ASK_REGISTER) {
<p class="muted">{{T("You get a message with a link. It lets you choose a password.")}}</p>
% } else if (v->kind == ASK_RESET) {
<p class="muted">{{T("You get a message with a link. It lets you choose a new password.")}}</p>
% } else {
<p class="muted">{{T("You get a message with a link. It signs you in without a password.")}}</p>
% }
</div>
% if (v->problem) {
<div class="note danger" role="alert" tabindex="-1" data-focus>
%     view_icon(out, "circle-alert", 18);
<span>{{v->problem}}</span></div>
% }
<form class="fields" method="post" action="{{url: v->kind == ASK_REGISTER ? "/register" : v->kind == ASK_RESET ? "/forgot" : "/signin/mail"}}" novalidate>
% view_csrf(r, out);
% t_part_field(r, &(struct ui_field){.name = "address", .label = T("E-mail address"), .type = "email", .value = v->address, .max = 320, .autocomplete = "username", .inputmode = "email", .autofocus = !v->problem && !*v->address});
% if (v->kind == ASK_REGISTER) t_part_field(r, &(struct ui_field){.name = "lang", .label = T("Language"), .type = "select", .value = v->lang, .options = ui_languages(r)});
<button class="btn primary big wide">{{T("Send the message")}}</button>
</form>
<p><a href="/signin">{{T("Sign in")}}</a></p>
</div></div>
% t_layout_plain_end(r);
