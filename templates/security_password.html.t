%args struct web_req *r, int64_t held
%include "../common/password_rule.h"
%include "pages/pg_security.h"
%include "ui.h"
% t_sender_frame_begin(r, T("Change the password"), held);
% t_part_security_crumbs(r, T("Change the password"));
<div class="head"><div class="head-text"><h1>{{T("Change the password")}}</h1></div></div>
<div class="card"><form class="card-form fields" method="post" action="/settings/security/password" novalidate>
% view_csrf(r, out);
<input class="vh" type="text" name="username" value="{{r->session.address}}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
% t_part_field(r, &(struct ui_field){.name = "current", .label = T("Present password"), .type = "password", .autocomplete = "current-password"});
% t_part_field(r, &(struct ui_field){.name = "password", .label = T("New password"), .help = T("12 characters or more. A new password signs you out everywhere else."), .type = "password", .autocomplete = "new-password", .least = PASSWORD_MIN});
<div class="btns"><button class="btn primary">{{T("Change the password")}}</button>
<a class="btn" href="/settings/security">{{T("Cancel")}}</a></div>
</form></div>
% t_sender_frame_end(r);
