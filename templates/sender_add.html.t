%args struct web_req *r, const struct pg_senders *v
%include "pages/pg_senders.h"
% const struct ui_option scopes[] = {{"address", T("Only this address"), NULL}, {"domain", T("Whole domain"), NULL}, {NULL, NULL, NULL}};
% const struct ui_option levels[] = {{"org", T("Whole organisation"), NULL}, {"domain", T("One domain"), NULL}, {"address", T("One address"), NULL}, {NULL, NULL, NULL}};
<form class="card-form add-line" method="post" action="/senders/add" novalidate>
% view_csrf(r, out);
<input type="hidden" name="list"
% if (v->approved) {
 value="approved"
% } else {
 value="blocked"
% }
>
<input type="hidden" name="here" value="{{v->stay}}">
<div class="row">
% t_part_field(r, &(struct ui_field){.name = "sender", .label = v->approved ? T("Allow a sender") : T("Block a sender"), .value = v->sender, .placeholder = "name@example.com", .autocomplete = "off", .max = 400});
% t_part_field(r, &(struct ui_field){.name = "scope", .label = T("Applies to"), .type = "select", .value = v->scope, .options = scopes});
% if (v->admin) {
%     t_part_field(r, &(struct ui_field){.name = "level", .label = T("For the mail of"), .type = "select", .value = v->add_level, .options = levels});
%     t_part_field(r, &(struct ui_field){.name = "target", .label = T("Domain or address"), .value = v->add_target, .autocomplete = "off", .max = 320, .optional = true});
% } else if (v->nmailboxes > 1) {
%     t_part_field(r, &(struct ui_field){.name = "target", .label = T("Mailbox"), .type = "select", .value = v->add_target, .options = v->mailboxes});
% }
<button class="btn primary">
% view_icon(out, "plus", 18);
{{v->approved ? TC("button", "Allow") : TC("button", "Block")}}</button>
</div>
% if (v->conflict) {
<div class="btns"><button class="btn" name="move" value="1">{{v->approved ? T("Move to the allowed senders") : T("Move to the blocked senders")}}</button></div>
% }
% if (v->admin && v->approved) {
%     t_part_field(r, &(struct ui_field){.name = "any_proof", .label = T("Also when nothing proves that the mail comes from this sender"), .help = T("Anybody can write this address into a message. Tick this only when the sender's mail cannot be verified."), .type = "checkbox", .checked = v->any_proof});
% }
</form>
