%args struct web_req *r, const struct pg_help_desk_view *v
%include "ui.h"
%include "pages/pg_help.h"
%include "pages/pg_version.h"
% t_layout_admin_begin(r, T("Help desk"));
<div class="head"><div class="head-text"><h1>{{T("Help desk")}}</h1>
<p>{{T("Whom people ask. They see it on the page of help, on the pages of links in mails, and at the end of mails to them.")}}</p></div></div>
<div class="columns">
<form class="card" method="post" action="/help-desk" novalidate>
% view_csrf(r, out);
% t_part_version(r, pg_version(r, v->contact.version));
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("Help desk")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "name", .label = T("Name"), .value = v->contact.name, .max = 100, .autocomplete = "off", .optional = true});
% t_part_field(r, &(struct ui_field){.name = "email", .label = T("E-mail"), .value = v->contact.email, .inputmode = "email", .autocomplete = "off", .optional = true});
% t_part_field(r, &(struct ui_field){.name = "phone", .label = T("Telephone"), .value = v->contact.phone, .max = 60, .inputmode = "tel", .autocomplete = "off", .optional = true});
% t_part_field(r, &(struct ui_field){.name = "link", .label = T("Page"), .help = T("An address that begins with https: or mailto:"), .value = v->contact.link, .max = 500, .inputmode = "url", .autocomplete = "off", .optional = true});
% t_part_field(r, &(struct ui_field){.name = "note", .type = "textarea", .label = T("What people should know"), .help = T("For example when somebody answers. On pages only, not in mails."), .value = v->contact.note, .rows = 3, .optional = true});
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
% }
</form>
<aside class="card"><div class="card-body"><p class="muted">{{T("Where this is the only organisation, people who are not signed in see it, too.")}}</p></div></aside>
</div>
% t_layout_admin_end(r);
