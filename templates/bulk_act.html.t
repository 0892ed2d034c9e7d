%args struct web_req *r, const struct pg_bulk *v
%include "ui.h"
%include "pages/pg_bulk.h"
% bool deliver = !strcmp(v->act, "deliver"), allow = !strcmp(v->act, "allow"), block = !strcmp(v->act, "block"), report = !strcmp(v->act, "report"), ask = !strcmp(v->act, "ask");
% int64_t all = deliver ? v->deliverable : ask ? v->askable : allow ? v->allowable : block ? v->blockable : v->all, requests = deliver || ask ? v->askable : 0;
% bool none_left = (ask && !v->requests) || (report && !v->reports);
% const char *n = view_int(r, all);
% const char *title = deliver ? TF(TN("Deliver {n} message?", "Deliver {n} messages?", all), "n", n) : allow ? TF(TN("Deliver this message and allow its sender?", "Deliver {n} messages and allow their senders?", all), "n", n) : block ? TF(TN("Delete this message and block its sender?", "Delete {n} messages and block their senders?", all), "n", n) : report ? TF(TN("Report this message?", "Report {n} messages?", all), "n", n) : TF(TN("Ask an admin to deliver this message?", "Ask an admin to deliver {n} messages?", all), "n", n);
% const struct ui_option keeps[] = {{"0", T("Until it is removed"), NULL}, {"7", T("7 days"), NULL}, {"30", T("30 days"), NULL}, {"90", T("90 days"), NULL}, {"365", T("One year"), NULL}, {NULL, NULL, NULL}};
% const struct ui_option whats[] = {{"spam", T("Unwanted advertising (spam)"), NULL}, {"phishing", T("Tries to get passwords or money (phishing)"), NULL}, {"wanted", T("It was held by mistake"), NULL}, {NULL, NULL, NULL}};
% t_layout_portal_begin(r, title, v->held);
<form class="card" method="post" action="/bulk">
% view_csrf(r, out);
<input type="hidden" name="do" value="{{v->act}}">
<div class="card-form">
<h1>{{title}}</h1>
<dl class="pairs">
% t_part_bulk_filter(r, v);
<dt>{{TN("This message", "These messages", all)}}</dt><dd>
% if (allow || deliver) {
{{TN("It is checked once more and goes to the inbox. Delivered mail cannot be taken back.", "They are checked once more and go to the inbox. Delivered mail cannot be taken back.", all)}}
% } else if (block) {
{{TN("It is deleted. It can be put back until its date.", "They are deleted. They can be put back until their date.", all)}}
% } else if (report) {
{{TN("It stays held. An admin sees your report.", "They stay held. An admin sees your reports.", all)}}
% } else {
{{TN("It stays held until an admin has decided. You get the answer by e-mail.", "They stay held until an admin has decided. You get the answers by e-mail.", all)}}
% }
</dd>
<dt>{{T("Future mail")}}</dt><dd>
% if (ask || deliver) {
{{T("Nothing changes.")}}
% } else if (report) {
{{T("The filter learns from what several people or an admin say.")}}
% } else if (allow) {
{{T("Mail from these senders is no longer held as spam when it is proven to come from there. Dangerous mail still is.")}}
% } else {
{{T("Mail from these senders no longer reaches you.")}}
% }
</dd>
</dl>
<p>{{T("Mail that arrives after this page was opened is not touched.")}}</p>
% if (allow || block) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{TF(allow ? T("Every sender goes on the list of the mailbox that got the mail. It has room for {n} allowed senders; messages whose sender has no room stay held.") : T("Every sender goes on the list of the mailbox that got the mail. It has room for {n} blocked senders; messages whose sender has no room stay held."), "n", view_int(r, v->room))}}</span></p>
%     t_part_field(r, &(struct ui_field){.name = "keep", .label = T("For how long"), .type = "select", .options = keeps, .value = v->keep});
% } else if (report) {
%     t_part_field(r, &(struct ui_field){.name = "what", .label = T("What is it?"), .type = "select", .options = whats, .value = v->what});
%     if (all > v->reports) {
<p class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{v->reports ? TF(TN("Today you can report {n} more message. The others are left as they are.", "Today you can report {n} more messages. The others are left as they are.", v->reports), "n", view_int(r, v->reports)) : T("You have reported many messages today. Go on tomorrow.")}}</span></p>
%     }
% }
% if (requests) {
%     if (deliver) {
<p class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} of {all} needs an admin", "{n} of {all} need an admin", requests), "n", view_int(r, requests), "all", view_int(r, v->all))}}</span></p>
%     }
%     if (requests > v->requests) {
<p class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{v->requests ? TF(TN("Today you can ask for {n} more message. The others are left as they are.", "Today you can ask for {n} more messages. The others are left as they are.", v->requests), "n", view_int(r, v->requests)) : T("You have asked for many messages today. Go on tomorrow.")}}</span></p>
%     }
%     if (deliver && v->requests) {
%         t_part_field(r, &(struct ui_field){.name = "also_ask", .label = TF(TN("Ask an admin to deliver the other {n} message as well", "Ask an admin to deliver the other {n} messages as well", requests), "n", view_int(r, requests)), .type = "checkbox", .checked = v->also_ask});
%     }
%     if (v->requests) {
%         t_part_field(r, &(struct ui_field){.name = "note", .label = T("Why do you need it?"), .help = T("The admin reads this. At most 200 characters."), .value = v->note, .max = 400, .optional = true, .autocomplete = "off"});
%     }
% }
<div class="btns">
% if (!none_left) {
%     t_part_act_button(r, v->act, all);
% }
<a class="btn" href="{{url: v->back}}">{{T("Cancel")}}</a></div>
</div></form>
% t_layout_portal_end(r);
