%args struct web_req *r, const struct pg_setup *v
%include "../common/password_rule.h"
%include "ui.h"
%include "pages/pg_setup.h"
% t_layout_plain_begin(r, T("Set up Sekisho"));
<div class="head"><div class="head-text"><h1>{{T("Set up Sekisho")}}</h1>
<p>{{T("Three short parts. Everything can be changed later.")}}</p></div></div>
<form class="stackv" method="post" action="/setup" novalidate>
% view_csrf(r, out);
<input type="hidden" name="token" value="{{v->token}}">
<fieldset class="card"><legend class="vh">{{T("Organisation")}}</legend>
<div class="fields">
<h2>{{T("1. Organisation")}}</h2>
% t_part_field(r, &(struct ui_field){.name = "org", .label = T("Name of the organisation"), .value = v->org, .max = 200, .autocomplete = "organization", .autofocus = !ui_has_errors(r)});
<div class="row">
% t_part_field(r, &(struct ui_field){.name = "lang", .label = T("Language"), .type = "select", .value = v->lang, .options = ui_languages(r)});
% t_part_field(r, &(struct ui_field){.name = "tz", .label = T("Time zone"), .type = "select", .value = v->tz, .options = ui_zones(r, v->tz)});
</div>
</div></fieldset>
<fieldset class="card"><legend class="vh">{{T("Administrator")}}</legend>
<div class="fields">
<h2>{{T("2. Administrator")}}</h2>
% t_part_field(r, &(struct ui_field){.name = "name", .label = T("Your name"), .value = v->name, .max = 200, .autocomplete = "name"});
% t_part_field(r, &(struct ui_field){.name = "address", .label = T("Your e-mail address"), .help = T("You sign in with it. It may belong to another domain than the one below."), .type = "email", .value = v->address, .max = 320, .autocomplete = "username", .inputmode = "email"});
% t_part_field(r, &(struct ui_field){.name = "password", .label = T("Password"), .help = T("12 characters or more. Several words that do not belong together are easy to remember and hard to guess."), .type = "password", .autocomplete = "new-password", .least = PASSWORD_MIN});
</div></fieldset>
<fieldset class="card"><legend class="vh">{{T("First domain")}}</legend>
<div class="fields">
<h2>{{T("3. First domain")}}</h2>
% t_part_field(r, &(struct ui_field){.name = "domain", .label = T("Domain"), .help = T("The part behind the @ of the addresses to protect."), .value = v->domain, .max = 255, .placeholder = "example.com", .autocomplete = "off", .inputmode = "url"});
% t_part_field(r, &(struct ui_field){.name = "server", .label = T("Mail server behind Sekisho"), .help = T("Checked mail is handed to this server. Port 25 unless you add another."), .value = v->server, .max = 300, .placeholder = "mail.example.com:25", .autocomplete = "off", .inputmode = "url"});
</div></fieldset>
<div class="btns"><button class="btn primary big">{{T("Finish the set-up")}}</button></div>
</form>
% t_layout_plain_end(r);
