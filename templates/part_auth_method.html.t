%args struct web_req *r, const struct pg_auth_page *v, int m
%include "ui.h"
%include "pages/pg_authentication.h"
% /* One check of a rule: switch, actions, lists. Open when it is used, or something in it is wrong. */
% const struct auth_method_rule *x = &v->rule->method[m];
% const struct pg_auth_method *w = &v->methods[m];
<details class="check-item"{{? x->on || w->wrong: open}}><summary><span class="dot {{x->on ? "ok" : ""}}">
% view_icon(out, x->on ? "check" : "ban", 16);
</span><span class="check-text"><b id="m-{{auth_method_ids[m]}}">{{w->title}}</b>
<span class="sub">{{w->about}}</span></span><span class="state">{{x->on ? T("On") : T("Off")}}</span>
% view_icon(out, "chevron-down", 18);
</summary><section class="check-body fields wide" aria-labelledby="m-{{auth_method_ids[m]}}">
% t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "on"), .label = T("Use this check"), .type = "checkbox", .checked = x->on});
% if (m == AUTH_M_ip) {
%     t_part_field(r, &(struct ui_field){.name = "pairs", .label = T("Domains and their addresses"), .help = T("One domain and one address or network a line, such as example.com 192.0.2.0/24. *.example.com means all its subdomains."), .type = "textarea", .value = v->pairs, .rows = 4, .optional = true});
% }
<div class="row">
% for (int c = 0; c < AUTH_CASES; c++) {
%     if ((int)auth_cases[c].method == m) {
%         t_part_field(r, &(struct ui_field){.name = auth_cases[c].key, .label = T(auth_cases[c].words), .type = "select", .value = auth_action_ids[v->rule->action[c]], .options = pg_auth_actions(r, (enum auth_case)c)});
%     }
% }
</div>
% if (m == AUTH_M_dmarc) {
%     const struct ui_option arc[] = {{"off", T("Nobody's"), NULL}, {"listed", T("Those of the domains below"), NULL}, {"any", T("Anybody's (a forger can seal, too)"), NULL}, {NULL, NULL, NULL}};
%     t_part_field(r, &(struct ui_field){.name = "arc", .label = T("Believe ARC seals"), .help = T("Mailing lists and forwarders change mail, so that it fails. Their seal says what they saw before."), .type = "select", .value = auth_arc_ids[v->rule->arc], .options = arc});
%     t_part_field(r, &(struct ui_field){.name = "sealers", .label = T("Domains whose seals are believed"), .help = T("One a line, such as lists.example.com."), .type = "textarea", .value = v->sealers, .rows = 3, .optional = true});
% }
% if (m != AUTH_M_ip) {
<div class="row">
%     t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "ignored"), .label = T("Senders that are not checked"), .help = T("Domains, addresses or networks, one a line."), .type = "textarea", .value = w->ignored, .rows = 3, .optional = true});
%     if (m == AUTH_M_dkim) {
%         t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "enforced"), .label = T("Senders whose mail must be signed"), .help = T("Mail from these domains fails without a valid signature."), .type = "textarea", .value = w->enforced, .rows = 3, .optional = true});
%     }
%     if (m == AUTH_M_dmarc) {
%         t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "enforced"), .label = T("Senders that must have a DMARC record"), .help = T("Mail from these domains fails without one, as if they asked to refuse it."), .type = "textarea", .value = w->enforced, .rows = 3, .optional = true});
%     }
</div>
% }
% t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "tag"), .label = T("Words before the subject of mail that fails and is accepted"), .value = x->tag, .max = AUTH_TAG_MAX, .autocomplete = "off", .optional = true});
% t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "spare_signed"), .label = T("Leave the subject of signed mail as it is"), .help = T("A changed subject breaks the signature."), .type = "checkbox", .checked = x->spare_signed});
% if (m == AUTH_M_dkim || m == AUTH_M_dmarc) {
%     t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "skip_null"), .label = T("Not for mail without an envelope sender"), .type = "checkbox", .checked = x->skip_null});
% }
% t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "notify"), .label = T("Send a notice when this check stops mail"), .type = "checkbox", .checked = x->notify});
% t_part_field(r, &(struct ui_field){.name = pg_auth_field(r, m, "header"), .label = T("Write the result into the message's header"), .type = "checkbox", .checked = x->header});
</section></details>
