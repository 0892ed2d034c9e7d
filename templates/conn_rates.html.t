%args struct web_req *r, const struct pg_conn_rates *v
%include "pages/pg_connection.h"
% t_layout_admin_begin(r, T("Rates - Connection"));
% t_part_conn_head(r, "rates");
<form class="stackv" method="post" action="/connection/rates" novalidate>
% view_csrf(r, out);
% t_part_version(r, v->version);
% if (!v->on) {
<div class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("Rate limits are off for the whole installation (rates in sekisho.conf).")}}</span></div>
% }
<section class="card"><div class="card-head"><h2>{{T("Inbound")}}</h2></div>
<div class="card-body"><p class="muted">{{T("A message to three recipients counts as three. 0 means no limit. What is over a limit is accepted again when the time is over.")}}</p>
% t_part_conn_answer(r, &v->counts, "rate-limit", "450 4.7.1");
</div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("Inbound")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "in_ip", .label = T("From one address in a minute"), .value = v->value[0], .max = 8, .inputmode = "numeric", .autocomplete = "off"});
% t_part_field(r, &(struct ui_field){.name = "in_recipient", .label = T("To one recipient in a minute"), .value = v->value[1], .max = 8, .inputmode = "numeric", .autocomplete = "off"});
% t_part_field(r, &(struct ui_field){.name = "in_domain", .label = T("To one domain in an hour"), .value = v->value[2], .max = 8, .inputmode = "numeric", .autocomplete = "off"});
</fieldset></section>
<section class="card"><div class="card-head"><h2>{{T("Outbound")}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("Outbound")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "out_ip", .label = T("From one address in 5 minutes"), .value = v->value[3], .max = 8, .inputmode = "numeric", .autocomplete = "off"});
% t_part_field(r, &(struct ui_field){.name = "out_sender", .label = T("From one sender in 10 minutes"), .value = v->value[4], .max = 8, .inputmode = "numeric", .autocomplete = "off"});
% t_part_field(r, &(struct ui_field){.name = "out_domain", .label = T("From one domain in an hour"), .value = v->value[5], .max = 8, .inputmode = "numeric", .autocomplete = "off"});
</fieldset></section>
% if (v->may_change) {
<div class="btns"><button class="btn primary">{{T("Save")}}</button></div>
% } else {
<p class="muted">{{T("You can look at this but not change it.")}}</p>
% }
</form>
% t_layout_admin_end(r);
