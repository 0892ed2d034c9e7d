%args struct web_req *r, const struct pg_bulk *v
%include "ui.h"
%include "pages/pg_bulk.h"
% const char *title = TF(TN("What shall be done with {n} message?", "What shall be done with {n} messages?", v->all), "n", view_int(r, v->all));
% t_layout_portal_begin(r, title, v->held);
<form class="card" method="post" action="/bulk">
% view_csrf(r, out);
<input type="hidden" name="q" value="{{v->q}}"><input type="hidden" name="kind" value="{{v->kind}}"><input type="hidden" name="days" value="{{v->days}}">
<input type="hidden" name="mailbox" value="{{v->mailbox}}"><input type="hidden" name="sort" value="{{v->sort}}">
% if (v->soon) {
<input type="hidden" name="soon" value="1">
% }
% if (v->deleted) {
<input type="hidden" name="in" value="deleted">
% }
<input type="hidden" name="until" value="{{=v->until}}">
<div class="card-form">
<h1>{{title}}</h1>
<dl class="pairs">
<dt>{{T("List")}}</dt><dd>{{v->deleted ? T("Deleted") : T("Quarantine")}}</dd>
% if (*v->q) {
<dt>{{T("Search")}}</dt><dd><bdi>{{v->q}}</bdi></dd>
% }
% if (v->period) {
<dt>{{T("Period")}}</dt><dd>{{v->period}}</dd>
% }
% if (*v->kind) {
<dt>{{T("Reason")}}</dt><dd>{{T(ui_kind(v->kind)->word)}}</dd>
% }
% if (*v->mailbox) {
<dt>{{T("Mailbox")}}</dt><dd><bdi class="addr">{{v->mailbox}}</bdi></dd>
% }
% if (v->soon) {
<dt>{{T("Only")}}</dt><dd>{{T("Deleted soon")}}</dd>
% }
</dl>
<p>{{T("Mail that arrives after this page was opened is not touched.")}}</p>
% if (v->deleted) {
<p>{{T("They go back to the quarantine.")}}</p>
% } else {
<p>{{T("What is deleted can be put back until its date. Delivered mail is checked once more and cannot be taken back.")}}</p>
%     if (v->deliverable < v->all) {
<p class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} message needs an admin and is not delivered.", "{n} messages need an admin and are not delivered.", v->all - v->deliverable), "n", view_int(r, v->all - v->deliverable))}}</span></p>
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
%     if (v->deliverable) {
<button class="btn" name="do" value="deliver">
%         view_icon(out, "mail-check", 18);
{{TF(TN("Deliver {n} message", "Deliver {n} messages", v->deliverable), "n", view_int(r, v->deliverable))}}</button>
%     }
% }
<a class="btn" href="{{url: v->back}}">{{T("Cancel")}}</a></div>
</div></form>
% t_layout_portal_end(r);
