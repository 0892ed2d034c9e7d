%args struct web_req *r, const struct pg_bulk_job *v
%include "ui.h"
%include "pages/pg_bulk.h"
% bool deliver = !strcmp(v->action, "deliver"), del = !strcmp(v->action, "delete");
% int64_t n = v->undone ? v->returned : v->changed, left = v->undone ? v->changed - v->returned : v->total - v->changed;
% const char *title = v->running ? v->undone ? T("Messages are being put back") : deliver ? T("Messages are being delivered") : del ? T("Messages are being deleted") : T("Messages are being put back") : v->undone || (!deliver && !del) ? TF(TN("{n} message put back.", "{n} messages put back.", n), "n", view_int(r, n)) : del ? TF(TN("{n} message deleted.", "{n} messages deleted.", n), "n", view_int(r, n)) : TF(TN("On its way to your inbox. It is checked once more and arrives in about a minute.", "{n} messages are on their way to your inbox. They are checked once more and arrive in about a minute.", n), "n", view_int(r, n));
% t_layout_portal_begin(r, title, -1);
<section class="card"><div class="card-form"><h1>{{title}}</h1>
% if (v->running) {
<p role="status">{{TF(T("{done} of {all}"), "done", view_int(r, v->done), "all", view_int(r, v->of))}}</p>
<progress max="{{=v->of > 0 ? v->of : 1}}" value="{{=v->done}}" aria-label="{{title}}"></progress>
<p class="muted">{{T("You may leave this page. The work goes on.")}}</p>
% } else if (left > 0) {
<p>{{TF(TN("{n} message was left as it is: it was handled already.", "{n} messages were left as they are: they were handled already.", left), "n", view_int(r, left))}}</p>
% }
<div class="btns">
% if (v->can_undo) {
<form method="post" action="{{url: arena_printf(r->a, "/bulk/%s/undo", v->id)}}">
%     view_csrf(r, out);
<button class="btn" data-key="z">
%     view_icon(out, "undo-2", 18);
{{v->running ? T("Stop and put back") : T("Undo")}}</button></form>
% }
% if (v->running) {
<a class="btn" href="{{url: arena_printf(r->a, "/bulk/%s", v->id)}}">
%     view_icon(out, "refresh-cw", 18);
{{T("Refresh")}}</a>
% }
<a class="btn primary" href="/" data-key="u">{{T("Back to the quarantine")}}</a></div>
</div></section>
% t_layout_portal_end(r);
