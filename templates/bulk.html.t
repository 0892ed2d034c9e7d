%args struct web_req *r, const struct pg_bulk *v
%include "ui.h"
%include "pages/pg_bulk.h"
% const char *title = TF(TN("What shall be done with {n} message?", "What shall be done with {n} messages?", v->all), "n", view_int(r, v->all));
% t_layout_portal_begin(r, title, v->held);
<form class="card" method="post" action="/bulk">
% view_csrf(r, out);
<div class="card-form">
<h1>{{title}}</h1>
<dl class="pairs">
% t_part_bulk_filter(r, v);
</dl>
<p>{{T("Mail that arrives after this page was opened is not touched.")}}</p>
% if (v->deleted) {
<p>{{T("They go back to the quarantine.")}}</p>
% } else {
<p>{{T("What is deleted can be put back until its date. Delivered mail is checked once more and cannot be taken back.")}}</p>
%     if (v->askable) {
<p class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} of {all} needs an admin", "{n} of {all} need an admin", v->askable), "n", view_int(r, v->askable), "all", view_int(r, v->all))}}</span></p>
%     }
%     if (v->deliverable + v->askable < v->all) {
<p class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} message can neither be delivered nor asked for.", "{n} messages can neither be delivered nor asked for.", v->all - v->deliverable - v->askable), "n", view_int(r, v->all - v->deliverable - v->askable))}}</span></p>
%     }
% }
<div class="btns">
% if (v->deleted) {
%     if (v->deletable) {
<button class="btn primary" name="do" value="undelete">
%         view_icon(out, "rotate-ccw", 18);
{{TF(TN("Put {n} message back", "Put {n} messages back", v->deletable), "n", view_int(r, v->deletable))}}</button>
%     }
% } else {
%     if (v->deletable) {
<button class="btn danger" name="do" value="delete">
%         view_icon(out, "trash-2", 18);
{{TF(TN("Delete {n} message", "Delete {n} messages", v->deletable), "n", view_int(r, v->deletable))}}</button>
%     }
%     if (v->deliverable && v->askable) {
<a class="btn" href="{{url: arena_printf(r->a, "%sdeliver", v->path)}}">
%         view_icon(out, "mail-check", 18);
{{TF(TN("Deliver {n} message", "Deliver {n} messages", v->deliverable), "n", view_int(r, v->deliverable))}}</a>
%     } else if (v->deliverable) {
<button class="btn" name="do" value="deliver">
%         view_icon(out, "mail-check", 18);
{{TF(TN("Deliver {n} message", "Deliver {n} messages", v->deliverable), "n", view_int(r, v->deliverable))}}</button>
%     }
%     if (v->askable) {
<a class="btn" href="{{url: arena_printf(r->a, "%sask", v->path)}}">
%         view_icon(out, "mail", 18);
{{TF(TN("Ask an admin to deliver {n} message", "Ask an admin to deliver {n} messages", v->askable), "n", view_int(r, v->askable))}}</a>
%     }
%     if (v->allowable) {
<a class="btn" href="{{url: arena_printf(r->a, "%sallow", v->path)}}">
%         view_icon(out, "user-check", 18);
{{TF(TN("Deliver {n} message and allow its sender", "Deliver {n} messages and allow their senders", v->allowable), "n", view_int(r, v->allowable))}}</a>
%     }
%     if (v->blockable) {
<a class="btn" href="{{url: arena_printf(r->a, "%sblock", v->path)}}">
%         view_icon(out, "ban", 18);
{{TF(TN("Delete {n} message and block its sender", "Delete {n} messages and block their senders", v->blockable), "n", view_int(r, v->blockable))}}</a>
%     }
<a class="btn" href="{{url: arena_printf(r->a, "%sreport", v->path)}}">
%     view_icon(out, "flag", 18);
{{TF(TN("Report {n} message", "Report {n} messages", v->all), "n", view_int(r, v->all))}}</a>
% }
<a class="btn" href="{{url: v->back}}">{{T("Cancel")}}</a></div>
</div></form>
% t_layout_portal_end(r);
