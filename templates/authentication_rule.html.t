%args struct web_req *r, const struct pg_auth_page *v
%include "ui.h"
%include "pages/pg_authentication.h"
% const char *title = *v->id ? TF(T("Mail to {domain}"), "domain", v->name) : T("Mail to all domains");
% const char *path = *v->id ? arena_printf(r->a, "/authentication/%s", v->id) : "/authentication/default";
% t_layout_admin_begin(r, TF(T("{name} - Sender authentication"), "name", title));
<div class="crumbs-row">
% t_part_crumbs(r, "/authentication", T("Sender authentication"), title);
</div>
<div class="head"><div class="head-text"><h1>{{title}}</h1>
% if (!*v->id) {
<p>{{T("This rule holds for every domain without a rule of its own.")}}</p>
% } else if (!v->own) {
<p>{{T("This domain goes by the rule for all domains. Saving gives it a rule of its own.")}}</p>
% }
</div>
% if (v->own && *v->id && v->may_change) {
<div class="btns"><a class="btn danger" data-confirm href="{{url: arena_printf(r->a, "/authentication/%s/reset", v->id)}}">
%     view_icon(out, "trash-2", 18);
{{T("Delete this rule")}}</a></div>
% }
</div>
<form class="stackv" method="post" action="{{url: path}}" novalidate>
% view_csrf(r, out);
% t_part_version(r, v->version);
<fieldset class="plain"{{? !v->may_change: disabled}}><legend class="vh">{{title}}</legend><div class="card check-list">
% for (int m = 0; m < AUTH_METHODS; m++) {
%     t_part_auth_method(r, v, m);
% }
<div class="card-form">
% t_part_field(r, &(struct ui_field){.name = "notices", .label = T("Notices go to"), .help = T("Addresses, one a line. Each gets at most one message an hour."), .type = "textarea", .value = v->notices, .rows = 3, .optional = true});
</div>
</div></fieldset>
% if (v->may_change) {
<div class="btns"><button class="btn primary">{{T("Save the rule")}}</button><a class="btn quiet" href="/authentication">{{T("Cancel")}}</a></div>
% } else {
<p class="muted">{{T("You can look at this but not change it.")}}</p>
% }
</form>
% t_layout_admin_end(r);
