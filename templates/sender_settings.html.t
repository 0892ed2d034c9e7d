%args struct web_req *r, const struct pg_sender_settings *v
%include "pages/pg_senders.h"
% t_layout_admin_begin(r, T("Sender lists: settings"));
<div class="head"><div class="head-text"><h1>{{T("Sender lists")}}</h1>
<p>{{T("How the lists of all recipients are used.")}}</p></div></div>
<form class="card" method="post" action="/senders/settings" novalidate>
% view_csrf(r, out);
% t_part_version(r, v->version);
% t_sender_tabs(r, "settings", -1, -1);
<fieldset class="card-form fields"{{? !v->may_change: disabled}}>
<legend class="vh">{{T("Settings")}}</legend>
<div class="field"><label class="check"><input type="checkbox" checked disabled><span>{{T("Look up the sender in the envelope")}}</span></label>
<p class="help">{{T("This is the address that errors are reported to. It is always looked up.")}}</p></div>
% t_part_field(r, &(struct ui_field){.name = "header_match", .label = T("Look up the sender in the From field, too"), .help = T("This is the address that people see."), .type = "checkbox", .checked = v->header_match});
% t_part_field(r, &(struct ui_field){.name = "insert_header", .label = T("Say in a header field that the sender is allowed"), .help = T("X-Sekisho-Approved-Sender is envelope-sender, or header-sender when only the From field matches."), .type = "checkbox", .checked = v->insert_header});
<fieldset class="stackv"><legend class="legend">{{T("What mail from allowed senders skips")}}</legend>
% for (int i = 0; i < v->nskips; i++) {
%     t_part_field(r, &(struct ui_field){.name = v->skips[i].id, .label = v->skips[i].label, .type = "checkbox", .checked = v->skips[i].skipped});
% }
<p class="help">{{T("Malware, phishing and messages that cannot be checked are held whoever sends them.")}}</p>
</fieldset>
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save settings")}}</button></div>
% }
</form>
% t_layout_admin_end(r);
