%args struct web_req *r, const struct pg_digest_form *v
%include "ui.h"
%include "pages/pg_digest.h"
%include "pages/pg_version.h"
% const struct store_digest_rule *x = v->rule;
% const char *title = v->id ? T("Change a digest rule") : T("Add a digest rule");
% const struct ui_option formats[] = {{"html", T("Page and text"), NULL}, {"text", T("Text only"), NULL}, {NULL, NULL, NULL}};
% t_layout_admin_begin(r, title);
<div class="crumbs-row">
% t_part_crumbs(r, "/digest", T("Digests"), title);
</div>
<div class="head"><div class="head-text"><h1>{{title}}</h1></div>
% if (v->id && v->may_change) {
<div class="btns"><form method="post" action="{{url: arena_printf(r->a, "/digest/%s/test", v->id)}}">
%     view_csrf(r, out);
<button class="btn">
%     view_icon(out, "mail", 18);
{{T("Send me a test")}}</button></form>
<a class="btn danger" data-confirm href="{{url: arena_printf(r->a, "/digest/%s/delete", v->id)}}">
%     view_icon(out, "trash-2", 18);
{{T("Delete")}}</a></div>
% }
</div>
<form class="card" method="post" action="{{url: v->id ? arena_printf(r->a, "/digest/%s", v->id) : "/digest/add"}}" novalidate>
% view_csrf(r, out);
% if (v->id) {
%     t_part_version(r, pg_version(r, x->version));
% }
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{title}}</legend>
% t_part_field(r, &(struct ui_field){.name = "name", .label = T("Name"), .value = x->name, .max = 100, .autocomplete = "off", .autofocus = !v->id && !ui_has_errors(r)});
% t_part_field(r, &(struct ui_field){.name = "enabled", .type = "checkbox", .label = T("This rule is on"), .checked = x->enabled});
% t_part_field(r, &(struct ui_field){.name = "priority", .label = T("Priority"), .help = T("Of several rules for a recipient the one with the smallest number counts."), .value = v->priority, .inputmode = "numeric", .short_box = true, .max = 4});
% t_part_field(r, &(struct ui_field){.name = "targets", .label = T("Recipients"), .help = T("Domains and addresses, one a line. Empty: everybody."), .type = "textarea", .value = v->targets, .rows = 4, .optional = true});
% t_part_digest_when(r, x->days, v->times, x->tz);
% t_part_field(r, &(struct ui_field){.name = "format", .label = T("Format"), .type = "select", .value = x->format, .options = formats});
<fieldset class="stackv"><legend class="legend">{{T("What can be done from a digest")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "deliver", .type = "checkbox", .label = T("Deliver"), .checked = x->deliver});
% t_part_field(r, &(struct ui_field){.name = "allow", .type = "checkbox", .label = T("Deliver and allow the sender"), .checked = x->allow});
% t_part_field(r, &(struct ui_field){.name = "delete", .type = "checkbox", .label = T("Delete"), .checked = x->remove});
% t_part_field(r, &(struct ui_field){.name = "block", .type = "checkbox", .label = T("Delete and block the sender"), .help = T("Dangerous kinds of mail can only be looked at, whatever is chosen here."), .checked = x->block});
</fieldset>
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button><a class="btn quiet" href="/digest">{{T("Cancel")}}</a></div>
% }
</form>
% t_layout_admin_end(r);
