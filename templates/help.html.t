%args struct web_req *r, const struct pg_help_view *v
%include "ui.h"
%include "pages/pg_help.h"
% const char *const answers[][2] = {
%     {T("Why was my message held?"), T("It looked like spam, phishing or something else that your organisation does not want. The reason stands below each subject.")},
%     {T("How do I get a held message?"), T("Choose Deliver. It arrives in your inbox in about a minute, exactly as it was sent.")},
%     {T("Why can I not deliver some messages?"), T("Dangerous mail is delivered by an admin only. Choose Ask an admin to deliver: the answer comes by e-mail.")},
%     {T("I deleted the wrong message. What now?"), T("Open Deleted in the quarantine and choose Put back. That works until the date in the list.")},
%     {T("How long are held messages kept?"), T("Each row says when its message is deleted. After that nobody can bring it back.")},
%     {T("How do I stop mail from somebody?"), T("Choose Delete and block sender, or add the address to Blocked senders.")},
%     {T("Mail that I want is held again and again. What can I do?"), T("Add the address to Allowed senders. The entry counts when the mail is proven to come from there.")},
%     {T("Is it dangerous to look at a message here?"), T("No. Links do not open, pictures are not loaded, and the sender cannot see that you read it.")},
%     {T("Where is a message that I expect?"), T("Open Delivery history and type its sender or subject: one sentence says what became of it. If nothing is found, ask the sender whether an error came back.")},
%     {T("How do I change the language or the time zone?"), T("Open Settings. The language also has a menu at the top of every page.")},
% };
% if (r->session.present) {
%     t_layout_portal_begin(r, T("Help"), -1);
% } else {
%     t_layout_plain_begin(r, T("Help"));
% }
<div class="head"><div class="head-text"><h1>{{T("Help")}}</h1></div></div>
<div class="stackv">
% t_part_help_contact(r, &v->contact);
% for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
<section class="card"><div class="card-form"><h2>{{answers[i][0]}}</h2><p>{{answers[i][1]}}</p></div></section>
% }
</div>
% if (pg_help_any(&v->contact)) {
<p>{{T("We never ask for your password by e-mail.")}}</p>
% } else {
<p>{{T("Another question? Ask the administrator of your organisation.")}} {{T("We never ask for your password by e-mail.")}}</p>
% }
<p class="muted">{{TF(T("Version {version}"), "version", v->version)}}</p>
% if (r->session.present) {
%     t_layout_portal_end(r);
% } else {
%     t_layout_plain_end(r);
% }
