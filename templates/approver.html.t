%args struct web_req *r, const struct pg_approver_form *v
%include "ui.h"
%include "pages/pg_approvers.h"
%include "pages/pg_version.h"
% const char *title = v->id ? T("Change a group of approvers") : T("Add a group of approvers");
% t_layout_admin_begin(r, title);
<div class="crumbs-row">
% t_part_crumbs(r, "/requests/approvers", T("Who decides about requests"), title);
</div>
<div class="head"><div class="head-text"><h1>{{title}}</h1></div>
% if (v->id && v->may_change) {
<div class="btns"><a class="btn danger" data-confirm href="{{url: arena_printf(r->a, "/requests/approvers/%s/delete", v->id)}}">
%     view_icon(out, "trash-2", 18);
{{T("Delete")}}</a></div>
% }
</div>
<form class="card" method="post" action="{{url: v->id ? arena_printf(r->a, "/requests/approvers/%s", v->id) : "/requests/approvers/add"}}" novalidate>
% view_csrf(r, out);
% if (v->id) {
%     t_part_version(r, pg_version(r, v->version));
% }
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{title}}</legend>
% t_part_field(r, &(struct ui_field){.name = "name", .label = T("Name"), .value = v->name, .max = 100, .autocomplete = "off", .autofocus = !v->id && !ui_has_errors(r)});
% t_part_field(r, &(struct ui_field){.name = "members", .label = T("Members"), .help = T("Addresses of accounts that may deliver held mail, one a line."), .type = "textarea", .value = v->members, .rows = 4});
% t_part_field(r, &(struct ui_field){.name = "domains", .label = T("Domains"), .help = T("The group decides about mail for these domains, one a line. Empty: for all of them."), .type = "textarea", .value = v->domains, .rows = 3, .optional = true});
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button><a class="btn quiet" href="/requests/approvers">{{T("Cancel")}}</a></div>
% }
</form>
% t_layout_admin_end(r);
