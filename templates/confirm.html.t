%args struct web_req *r, const struct pg_confirm *v
%include "ui.h"
%include "pages/pg_confirm.h"
% const char *n = view_int(r, v->n);
% bool deliver = !strcmp(v->act, "deliver"), allow = !strcmp(v->act, "allow"), block = !strcmp(v->act, "block"), report = !strcmp(v->act, "report"), ask = !strcmp(v->act, "ask");
% const char *title = deliver ? TF(TN("Deliver {n} message?", "Deliver {n} messages?", v->n), "n", n) : allow ? TF(TN("Deliver this message and allow its sender?", "Deliver {n} messages and allow their senders?", v->n), "n", n) : block ? TF(TN("Delete this message and block its sender?", "Delete {n} messages and block their senders?", v->n), "n", n) : report ? TF(TN("Report this message?", "Report {n} messages?", v->n), "n", n) : TF(TN("Ask an admin to deliver this message?", "Ask an admin to deliver {n} messages?", v->n), "n", n);
% const struct ui_option days[] = {{"0", T("Until it is removed"), NULL}, {"7", T("7 days"), NULL}, {"30", T("30 days"), NULL}, {"90", T("90 days"), NULL}, {"365", T("One year"), NULL}, {NULL, NULL, NULL}};
% const struct ui_option whats[] = {{"spam", T("Unwanted advertising (spam)"), NULL}, {"phishing", T("Tries to get passwords or money (phishing)"), NULL}, {"wanted", T("It was held by mistake"), NULL}, {NULL, NULL, NULL}};
% const struct ui_option also[] = {{"", T("Do not report it"), NULL}, {"spam", T("Unwanted advertising (spam)"), NULL}, {"phishing", T("Tries to get passwords or money (phishing)"), NULL}, {NULL, NULL, NULL}};
% t_layout_portal_begin(r, title, -1);
<form class="card" method="post" action="/done">
% view_csrf(r, out);
<input type="hidden" name="do" value="{{v->act}}"><input type="hidden" name="back" value="{{v->back}}">
% for (int i = 0; i < v->n; i++) {
<input type="hidden" name="id" value="{{v->rows[i].id}}">
% }
% for (int i = 0; i < v->nasks; i++) {
<input type="hidden" name="id" value="{{v->asks[i]}}">
% }
<div class="card-form">
<h1>{{title}}</h1>
<dl class="pairs">
% if (deliver) {
<dt>{{T("Mailboxes")}}</dt><dd>
%     for (int i = 0; i < v->nmailboxes; i++) {
<div><bdi class="addr" translate="no">{{v->mailboxes[i].word}}</bdi> <span class="count">{{#v->mailboxes[i].n}}</span></div>
%     }
</dd>
<dt>{{T("Reasons")}}</dt><dd>
%     for (int i = 0; i < v->nkinds; i++) {
<div>{{T(ui_kind(v->kinds[i].word)->word)}} <span class="count">{{#v->kinds[i].n}}</span></div>
%     }
</dd>
% }
<dt>{{TN("This message", "These messages", v->n)}}</dt><dd>
% if (allow || deliver) {
{{TN("It is checked once more and goes to the inbox. Delivered mail cannot be taken back.", "They are checked once more and go to the inbox. Delivered mail cannot be taken back.", v->n)}}
% } else if (block) {
{{TN("It is deleted. It can be put back until its date.", "They are deleted. They can be put back until their date.", v->n)}}
% } else if (report) {
{{TN("It stays held. An admin sees your report.", "They stay held. An admin sees your reports.", v->n)}}
% } else {
{{TN("It stays held until an admin has decided. You get the answer by e-mail.", "They stay held until an admin has decided. You get the answers by e-mail.", v->n)}}
% }
</dd>
<dt>{{T("Future mail")}}</dt><dd>
% if (ask || deliver) {
{{T("Nothing changes.")}}
% } else if (report) {
{{T("The filter learns from what several people or an admin say.")}}
% } else if (!v->nsenders) {
{{T("Nothing changes: there is no sender that could be put on a list.")}}
% } else if (allow) {
%     ui_sentence(r, out, v->nsenders == 1 ? TF(T("Mail from {sender} is no longer held as spam when it is proven to come from there. Dangerous mail still is."), "sender", v->sender) : T("Mail from these senders is no longer held as spam when it is proven to come from there. Dangerous mail still is."));
% } else {
%     ui_sentence(r, out, v->nsenders == 1 ? TF(T("Mail from {sender} no longer reaches you."), "sender", v->sender) : T("Mail from these senders no longer reaches you."));
% }
</dd>
</dl>
% if ((allow || block) && v->nsenders) {
%     if (*v->domain) {
%         t_part_field(r, &(struct ui_field){.name = "whole", .label = TF(T("Everybody at {domain}, not only this address"), "domain", v->domain), .type = "checkbox"});
%     }
%     if (*v->ours) {
%         t_part_field(r, &(struct ui_field){.name = "for_all", .label = TF(T("For all mailboxes of {domain}, not only for {mailbox}"), "domain", v->ours, "mailbox", v->mailbox), .type = "checkbox"});
%     }
%     t_part_field(r, &(struct ui_field){.name = "days", .label = T("For how long"), .type = "select", .options = days, .value = v->days});
% }
% if (block) {
%     t_part_field(r, &(struct ui_field){.name = "what", .label = T("Report it as well"), .type = "select", .options = also, .value = v->what});
% } else if (report) {
%     t_part_field(r, &(struct ui_field){.name = "what", .label = T("What is it?"), .type = "select", .options = whats, .value = v->what});
% }
% if (v->nasks) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} of {all} needs an admin", "{n} of {all} need an admin", v->nasks), "n", view_int(r, v->nasks), "all", view_int(r, v->n + v->nasks + v->left_out))}}</span></p>
%     t_part_field(r, &(struct ui_field){.name = "also_ask", .label = TF(TN("Ask an admin to deliver the other {n} message as well", "Ask an admin to deliver the other {n} messages as well", v->nasks), "n", view_int(r, v->nasks)), .type = "checkbox", .checked = v->also_ask});
% }
% if (ask || v->nasks) {
%     t_part_field(r, &(struct ui_field){.name = "note", .label = T("Why do you need it?"), .help = T("The admin reads this. At most 200 characters."), .value = v->note, .max = 400, .optional = true, .autocomplete = "off"});
% }
% if (v->left_out) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} chosen message is left out: it was handled already, or it is not yours to do this with.", "{n} chosen messages are left out: they were handled already, or they are not yours to do this with.", v->left_out), "n", view_int(r, v->left_out))}}</span></p>
% }
<div class="btns">
% t_part_act_button(r, v->act, v->n);
<a class="btn" href="{{url: v->back}}">{{T("Cancel")}}</a></div>
</div>
<table class="list"><caption class="vh">{{T("Messages")}}</caption>
<thead><tr><th scope="col">{{T("Sender")}}</th><th scope="col">{{T("Subject and why it was held")}}</th><th scope="col">{{T("Kind")}}</th><th scope="col">{{T("Mailbox")}}</th></tr></thead><tbody>
% for (int i = 0; i < v->n; i++) {
%     const struct pg_confirm_row *m = &v->rows[i];
<tr><td class="addr">
%     if (*m->from_name) {
<b><bdi translate="no">{{m->from_name}}</bdi></b><span class="sub">
%         ui_address(r, out, m->from_address);
</span>
%     } else {
%         ui_address(r, out, m->from_address);
%     }
</td><td><bdi translate="no">{{m->subject}}</bdi><span class="sub">
%     ui_sentence(r, out, m->reason);
</span></td><td>
%     t_part_kind(r, m->kind);
</td><td data-label="{{T("Mailbox")}}"><bdi class="addr" translate="no">{{m->mailbox}}</bdi></td></tr>
% }
% for (int i = 0; i < v->nhandled; i++) {
%     const struct pg_confirm_row *m = &v->handled[i];
<tr class="handled"><td class="addr">
%     if (*m->from_name) {
<b><bdi translate="no">{{m->from_name}}</bdi></b>
%     } else {
%         ui_address(r, out, m->from_address);
%     }
</td><td><bdi translate="no">{{m->subject}}</bdi><span class="sub">{{m->gone}}</span></td><td>
%     t_part_kind(r, m->kind);
</td><td data-label="{{T("Mailbox")}}"><bdi class="addr" translate="no">{{m->mailbox}}</bdi></td></tr>
% }
</tbody></table>
</form>
% t_layout_portal_end(r);
