%args struct web_req *r, const struct pg_security_ask *v
%include "pages/pg_security.h"
%include "ui.h"
% t_sender_frame_begin(r, v->title, v->held);
% t_part_security_crumbs(r, v->title);
<div class="head"><div class="head-text"><h1>{{v->title}}</h1></div></div>
<div class="card"><form class="card-form fields" method="post" action="{{url: v->path}}" novalidate>
% view_csrf(r, out);
<p>{{v->text}}</p>
<input class="vh" type="text" name="username" value="{{r->session.address}}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
% if (v->password) {
%     t_part_field(r, &(struct ui_field){.name = "current", .label = T("Present password"), .type = "password", .autocomplete = "current-password"});
% } else {
<p>{{T("You have no password: this works for ten minutes after you signed in. After that, sign out and in again first.")}}</p>
% }
% if (v->danger) {
<div class="btns"><button class="btn danger primary">{{v->button}}</button>
<a class="btn" href="/settings/security">{{T("Cancel")}}</a></div>
% } else {
<div class="btns"><button class="btn primary">{{v->button}}</button>
<a class="btn" href="/settings/security">{{T("Cancel")}}</a></div>
% }
</form></div>
% t_sender_frame_end(r);
