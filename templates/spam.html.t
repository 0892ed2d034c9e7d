%args struct web_req *r, const struct pg_spam *v
%include "pages/pg_spam.h"
% t_layout_admin_begin(r, T("Spam and phishing"));
% t_part_spam_head(r, "", &v->counts);
<form class="stackv" method="post" action="/spam" novalidate>
% view_csrf(r, out);
% t_part_version(r, v->version);
<section class="card"><div class="card-head"><h2>{{T("Catch level")}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("Catch level")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "level", .type = "select", .label = T("From which score on mail is spam"), .help = T("A higher level catches more spam and more good mail. The score of a message is in message tracking."), .options = v->levels, .value = spam_levels[v->rule->level].id});
</fieldset></section>
<section class="card"><div class="card-head"><h2>{{T("What is done")}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("What is done")}}</legend>
% for (int k = 0; k < SPAM_KINDS; k++) {
%     t_part_field(r, &(struct ui_field){.name = arena_printf(r->a, "action-%s", spam_kinds[k].id), .type = "select", .label = T(spam_kinds[k].label), .help = T(spam_kinds[k].about), .options = v->actions, .value = spam_action_ids[v->rule->action[k]]});
% }
% t_part_field(r, &(struct ui_field){.name = "tag", .label = T("Tag before the subject"), .value = v->rule->tag, .max = 60, .autocomplete = "off"});
<fieldset class="stackv"><legend class="legend">{{T("What counts as newsletters and other bulk mail")}}</legend>
% for (int g = 0; g < SPAM_GRAYS; g++) {
%     t_part_field(r, &(struct ui_field){.name = arena_printf(r->a, "gray-%s", spam_grays[g].id), .type = "checkbox", .label = T(spam_grays[g].label), .checked = v->rule->gray[g]});
% }
</fieldset>
</fieldset></section>
<section class="card"><div class="card-head"><h2>{{T("Impersonation")}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("Impersonation")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "people", .type = "checkbox", .label = T("Watch the names of high-profile users"), .help = T("Mail with such a name in its From field and an address that is neither theirs nor one of your domains."), .checked = v->rule->people});
% t_part_field(r, &(struct ui_field){.name = "domains", .type = "checkbox", .label = T("Watch for domains that look like yours"), .help = T("Your own domains and the high-profile ones: in the sender, in the address for answers, and in links."), .checked = v->rule->domains});
% t_part_field(r, &(struct ui_field){.name = "closeness", .type = "select", .label = T("How alike a domain must be"), .options = v->closes, .value = spam_closes[v->rule->close].id});
</fieldset></section>
% if (v->may_change) {
<div class="btns"><button class="btn primary">{{T("Save")}}</button></div>
% } else {
<p class="muted">{{T("You can look at this but not change it.")}}</p>
% }
</form>
% t_layout_admin_end(r);
