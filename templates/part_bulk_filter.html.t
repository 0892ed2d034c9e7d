%args struct web_req *r, const struct pg_bulk *v
%include "ui.h"
%include "pages/pg_bulk.h"
% /* What was chosen, as hidden fields and as rows of a dl. */
<dt>{{T("List")}}</dt><dd>{{v->deleted ? T("Deleted") : T("Quarantine")}}
<input type="hidden" name="q" value="{{v->q}}"><input type="hidden" name="kind" value="{{v->kind}}"><input type="hidden" name="days" value="{{v->days}}">
<input type="hidden" name="mailbox" value="{{v->mailbox}}"><input type="hidden" name="sort" value="{{v->sort}}">
% if (v->soon) {
<input type="hidden" name="soon" value="1">
% }
% if (v->deleted) {
<input type="hidden" name="in" value="deleted">
% }
<input type="hidden" name="until" value="{{=v->until}}"></dd>
% if (*v->q) {
<dt>{{T("Search")}}</dt><dd><bdi translate="no">{{v->q}}</bdi></dd>
% }
% if (v->period) {
<dt>{{T("Period")}}</dt><dd>{{v->period}}</dd>
% }
% if (*v->kind) {
<dt>{{T("Reason")}}</dt><dd>{{T(ui_kind(v->kind)->word)}}</dd>
% }
% if (*v->mailbox) {
<dt>{{T("Mailbox")}}</dt><dd><bdi class="addr" translate="no">{{v->mailbox}}</bdi></dd>
% }
% if (v->soon) {
<dt>{{T("Only")}}</dt><dd>{{T("Deleted soon")}}</dd>
% }
