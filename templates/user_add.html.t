%args struct web_req *r, const struct pg_user_form *v
%include "../common/password_rule.h"
%include "ui.h"
%include "pages/pg_users.h"
% t_layout_admin_begin(r, T("Add a user"));
<div class="crumbs-row">
% t_part_crumbs(r, "/users", T("Users"), T("Add a user"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Add a user")}}</h1></div></div>
<form class="card" method="post" action="/users/add" novalidate>
% view_csrf(r, out);
<div class="card-form">
% t_part_field(r, &(struct ui_field){.name = "address", .label = T("E-mail address"), .help = T("The person signs in with it. In a domain of this organisation it is also the mailbox whose held mail the person sees."), .type = "email", .value = v->address, .max = 320, .autocomplete = "off", .inputmode = "email", .autofocus = !ui_has_errors(r)});
% t_part_field(r, &(struct ui_field){.name = "name", .label = T("Name"), .value = v->name, .max = 200, .autocomplete = "off", .optional = true});
% t_part_field(r, &(struct ui_field){.name = "role", .label = T("Role"), .type = "select", .value = v->role, .options = v->roles});
% t_part_user_language(r, v->lang);
% t_part_field(r, &(struct ui_field){.name = "password", .label = T("Password"), .help = T("12 characters or more. Without one the person cannot sign in yet."), .type = "password", .autocomplete = "new-password", .least = PASSWORD_MIN, .optional = true});
</div>
<div class="card-foot"><button class="btn primary">{{T("Add the user")}}</button><a class="btn quiet" href="/users">{{T("Cancel")}}</a></div>
</form>
% t_layout_admin_end(r);
