%args struct web_req *r, const struct pg_held_list *v
%include "pages/pg_held.h"
% bool deleted = !strcmp(v->f.state, "deleted");
<form method="post" action="/quarantine/deliver" data-select>
% view_csrf(r, out);
<input type="hidden" name="back" value="{{v->here}}">
% if (v->may_act) {
<div class="bulk">
<p class="tally" role="status"><span class="off-select">{{v->tally}}</span>
<span class="on-select" data-count data-one="{{TN("{n} message selected", "{n} messages selected", 1)}}" data-many="{{TN("{n} message selected", "{n} messages selected", 7)}}">{{T("With selected messages")}}</span></p>
<span class="btns">
%     if (deleted) {
<button class="btn primary" formaction="/quarantine/undelete">
%         view_icon(out, "rotate-ccw", 18);
{{T("Put back")}}</button>
%     } else {
<button class="btn primary">
%         view_icon(out, "mail-check", 18);
{{T("Deliver")}}</button>
<button class="btn danger" formaction="/quarantine/delete">
%         view_icon(out, "trash-2", 18);
{{T("Delete")}}</button>
%     }
<button class="btn quiet" type="button" hidden data-select-none>{{T("Clear selection")}}</button>
</span></div>
% } else {
<p class="bulk" role="status">{{v->tally}}</p>
% }
<table class="list mail held" id="results"><caption class="vh">
% if (deleted) {
{{T("Deleted messages")}}
% } else {
{{T("Held messages, newest first")}}
% }
</caption>
<thead><tr>
% if (v->may_act) {
<td class="c-box"><label hidden><span class="vh">{{T("Select all on this page")}}</span><input type="checkbox" data-select-all></label></td>
% }
<th scope="col">{{T("Sender")}}</th>
<th scope="col">{{T("Recipient")}}</th>
<th scope="col">{{T("Subject and why it was held")}}</th>
<th scope="col">{{T("Kind")}}</th>
<th scope="col" class="c-end">{{T("Received")}}</th>
<th scope="col" class="c-end c-left">
% if (deleted) {
{{TC("column", "Gone for good")}}
% } else {
{{TC("column", "Deleted")}}
% }
</th></tr></thead><tbody>
% for (int i = 0; i < v->n; i++) {
%     const struct pg_held_row *m = &v->rows[i];
<tr>
%     if (v->may_act) {
<td class="c-box"><label><span class="vh">{{TF(T("Select: {subject}"), "subject", m->subject)}}</span><input type="checkbox" name="id" value="{{m->id}}"></label></td>
%     }
<td class="c-from">
%     if (*m->sender_name) {
<b><bdi translate="no">{{m->sender_name}}</bdi></b><span class="sub">
%         ui_address(r, out, m->sender);
</span>
%     } else {
<b>
%         ui_address(r, out, m->sender);
</b>
%     }
</td>
<td class="c-to" data-label="{{T("Recipient")}}"><bdi class="addr" translate="no">{{m->recipient}}</bdi></td>
<td class="c-subject"><a class="row-link" href="{{url: m->link}}"><bdi translate="no">{{m->subject}}</bdi></a><span class="sub">
%     ui_sentence(r, out, m->reason);
</span>
%     if (*m->deleted) {
<span class="sub">{{m->deleted}}</span>
%     }
</td>
<td class="c-kind">
%     t_part_kind(r, m->kind);
</td>
<td class="c-when c-end"><time datetime="{{view_iso(r, m->received_at)}}" title="{{view_when_full(r, m->received_at)}}">{{view_when(r, m->received_at)}}</time></td>
<td class="c-end c-left">
%     if (m->soon) {
<span class="soon">{{m->left}}</span>
%     } else {
<span class="muted">{{m->left}}</span>
%     }
</td></tr>
% }
</tbody></table>
% t_part_pager(r, &v->pager);
</form>
