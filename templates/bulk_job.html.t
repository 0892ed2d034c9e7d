%args struct web_req *r, const struct pg_bulk_job *v
%include "ui.h"
%include "pages/pg_bulk.h"
% bool deliver = !strcmp(v->action, "deliver"), del = !strcmp(v->action, "delete"), ask = !strcmp(v->action, "ask"), report = !strcmp(v->action, "report"), allow = !strcmp(v->action, "allow"), block = !strcmp(v->action, "block");
% const char *asked = TF(TN("{n} request sent. You get the answer by e-mail.", "{n} requests sent. You get the answers by e-mail.", v->asked), "n", view_int(r, v->asked));
% const char *off = TF(TN("{n} sender is off the list again.", "{n} senders are off the list again.", v->senders), "n", view_int(r, v->senders));
% const char *running = v->undone ? (ask || deliver ? T("Requests are being withdrawn") : report ? T("Reports are being taken back") : allow ? T("Senders are being taken off the list") : T("Messages are being put back")) : deliver || allow ? T("Messages are being delivered") : del || block ? T("Messages are being deleted") : ask ? T("An admin is being asked") : report ? T("Messages are being reported") : T("Messages are being put back");
% int64_t n = v->undone ? v->returned : v->changed;
% const char *count = view_int(r, n);
% const char *title = v->running ? running : v->undone && allow ? off : v->undone && (ask || deliver) ? TF(TN("{n} request withdrawn.", "{n} requests withdrawn.", n), "n", count) : v->undone && report ? TF(TN("{n} report taken back.", "{n} reports taken back.", n), "n", count) : v->undone || !strcmp(v->action, "undelete") ? TF(TN("{n} message put back.", "{n} messages put back.", n), "n", count) : del || block ? TF(TN("{n} message deleted.", "{n} messages deleted.", n), "n", count) : ask ? asked : report ? TF(TN("{n} message reported. An admin sees it.", "{n} messages reported. An admin sees them.", n), "n", count) : TF(TN("On its way to your inbox. It is checked once more and arrives in about a minute.", "{n} messages are on their way to your inbox. They are checked once more and arrive in about a minute.", n), "n", count);
% t_layout_portal_begin(r, title, -1);
<section class="card"><div class="card-form"><h1>{{title}}</h1>
% if (v->running) {
<p role="status">{{TF(T("{done} of {all}"), "done", view_int(r, v->done), "all", view_int(r, v->of))}}</p>
<progress max="{{=v->of > 0 ? v->of : 1}}" value="{{=v->done}}" aria-label="{{title}}"></progress>
<p class="muted">{{T("You may leave this page. The work goes on.")}}</p>
% } else if (v->undone) {
%     if (block && v->senders) {
<p>{{off}}</p>
%     }
%     if (v->handled > 0 && (ask || deliver || report)) {
<p>{{TF(TN("{n} of them was decided already and stays as it is.", "{n} of them were decided already and stay as they are.", v->handled), "n", view_int(r, v->handled))}}</p>
%     } else if (v->handled > 0) {
<p>{{TF(TN("{n} message was left as it is: it was handled already.", "{n} messages were left as they are: they were handled already.", v->handled), "n", view_int(r, v->handled))}}</p>
%     }
% } else {
%     if (deliver && v->asked) {
<p>{{asked}}</p>
%     }
%     if (allow && v->senders) {
<p>{{TF(TN("{n} sender is now allowed.", "{n} senders are now allowed.", v->senders), "n", view_int(r, v->senders))}}</p>
%     } else if (block && v->senders) {
<p>{{TF(TN("{n} sender is now blocked.", "{n} senders are now blocked.", v->senders), "n", view_int(r, v->senders))}}</p>
%     }
%     if (v->limited && (ask || deliver)) {
<p>{{TF(TN("{n} message was not asked for: you have asked for many messages today. Go on tomorrow.", "{n} messages were not asked for: you have asked for many messages today. Go on tomorrow.", v->limited), "n", view_int(r, v->limited))}}</p>
%     } else if (v->limited && report) {
<p>{{TF(TN("{n} message was not reported: you have reported many messages today. Go on tomorrow.", "{n} messages were not reported: you have reported many messages today. Go on tomorrow.", v->limited), "n", view_int(r, v->limited))}}</p>
%     } else if (v->limited) {
<p>{{TF(TN("{n} message stays held: the list of senders is full. Remove senders that are not needed any more.", "{n} messages stay held: the list of senders is full. Remove senders that are not needed any more.", v->limited), "n", view_int(r, v->limited))}}</p>
%     }
%     if (v->barred) {
<p>{{TF(TN("{n} message was left as it is: you may not do this with it any more.", "{n} messages were left as they are: you may not do this with them any more.", v->barred), "n", view_int(r, v->barred))}}</p>
%     }
%     if (v->handled > 0 && (ask || v->asked)) {
<p>{{TF(TN("{n} message was left as it is: it was handled already, or somebody has asked for it.", "{n} messages were left as they are: they were handled already, or somebody has asked for them.", v->handled), "n", view_int(r, v->handled))}}</p>
%     } else if (v->handled > 0 && report) {
<p>{{TF(TN("{n} message was left as it is: it was handled already, or you have reported it before.", "{n} messages were left as they are: they were handled already, or you have reported them before.", v->handled), "n", view_int(r, v->handled))}}</p>
%     } else if (v->handled > 0) {
<p>{{TF(TN("{n} message was left as it is: it was handled already.", "{n} messages were left as they are: they were handled already.", v->handled), "n", view_int(r, v->handled))}}</p>
%     }
% }
<div class="btns">
% if (v->can_undo) {
<form method="post" action="{{url: arena_printf(r->a, "/bulk/%s/undo", v->id)}}">
%     view_csrf(r, out);
<input type="hidden" name="back" value="{{v->back}}">
<button class="btn" data-key="z">
%     view_icon(out, "undo-2", 18);
{{ask || deliver ? (v->running ? T("Stop and withdraw") : T("Withdraw the requests")) : report ? (v->running ? T("Stop and take back") : T("Take the reports back")) : allow ? T("Take the senders off the list") : v->running ? T("Stop and put back") : T("Undo")}}</button></form>
% }
% if (v->running) {
<a class="btn" href="{{url: v->path}}">
%     view_icon(out, "refresh-cw", 18);
{{T("Refresh")}}</a>
% }
<a class="btn primary" href="{{url: v->back}}" data-key="u">{{T("Back to the quarantine")}}</a></div>
</div></section>
% t_layout_portal_end(r);
