%args struct web_req *r, const struct pg_second_rule_view *v
%include "ui.h"
%include "pages/pg_second_rule.h"
%include "pages/pg_version.h"
% const struct ui_option who[] = {{"optional", T("Nobody: people may have one"), NULL}, {"admins", T("All administrators"), NULL}, {"everyone", T("Everybody"), NULL}, {NULL, NULL, NULL}};
% const struct ui_option kinds[] = {{"app", T("An authenticator app"), NULL}, {"any", T("An authenticator app or a passkey"), NULL}, {NULL, NULL, NULL}};
% t_layout_admin_begin(r, T("Second step"));
<div class="crumbs-row">
% t_part_crumbs(r, "/users", T("Users"), T("Second step"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Second step")}}</h1>
<p>{{T("With a second step, a stolen password is not enough to sign in.")}}</p></div></div>
<div class="columns">
<form class="card" method="post" action="/users/second-step" novalidate>
% view_csrf(r, out);
% t_part_version(r, pg_version(r, v->rule.version));
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("Second step")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "required", .type = "select", .label = T("Who must have a second step"), .help = T("Whoever must have one and has none is led to its set-up, and can do nothing else before. This holds at once, also for people who are signed in."), .value = v->rule.required, .options = who});
% t_part_field(r, &(struct ui_field){.name = "from", .type = "date", .label = T("From this day on"), .help = T("Empty: at once. Until then the page about security asks people to set it up."), .value = v->rule.from, .autocomplete = "off", .optional = true});
% t_part_field(r, &(struct ui_field){.name = "kinds", .type = "select", .label = T("What counts"), .help = T("Where a passkey counts, whoever must have a second step and has a passkey but no app signs in with the passkey only. It works only at the host name where it was made: console and portal may need one each."), .value = v->rule.kinds, .options = kinds});
% t_part_field(r, &(struct ui_field){.name = "trust", .type = "checkbox", .label = T("People may trust a device for 30 days"), .help = T("That browser then asks for the password only."), .checked = v->rule.trust});
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
% }
</form>
<aside class="card"><div class="card-head"><h2>{{T("Who has none yet")}}</h2></div>
<div class="card-body stackv"><dl class="pairs"><dt>{{T("Administrators")}}</dt><dd>{{view_int(r, v->admins)}}</dd><dt>{{T("Users")}}</dt><dd>{{view_int(r, v->users)}}</dd></dl>
<p class="muted">{{T("Somebody lost phone and codes? Open that person under Users and remove the second step.")}}</p></div></aside>
</div>
% t_layout_admin_end(r);
