%args struct web_req *r, const struct pg_deleted *v
%include "pages/pg_deleted.h"
% t_layout_portal_begin(r, T("Deleted"), -1);
<div class="crumbs-row">
% t_part_crumbs(r, "/", T("Quarantine"), T("Deleted"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Deleted")}}</h1>
<p>{{T("Put back what you still need. After its date a message is gone for good.")}}</p></div></div>
<div class="card">
% if (v->n) {
<form method="post" action="/undelete" data-select>
%     view_csrf(r, out);
<input type="hidden" name="back" value="{{v->here}}">
<div class="bulk">
<p class="tally" role="status"><span class="off-select">{{T("Deleted messages")}}</span>
<span class="on-select" data-count data-one="{{TN("{n} message selected", "{n} messages selected", 1)}}" data-many="{{TN("{n} message selected", "{n} messages selected", 7)}}">{{T("With selected messages")}}</span></p>
<span class="btns">
<button class="btn primary">
%     view_icon(out, "rotate-ccw", 18);
{{T("Put back")}}</button>
<button class="btn danger" formaction="/deleted/purge/confirm">
%     view_icon(out, "trash-2", 18);
{{T("Delete for good")}}</button>
<button class="btn quiet" type="button" hidden data-select-none>{{T("Clear selection")}}</button>
</span></div>
<table class="list mail"><caption class="vh">{{T("Deleted messages")}}</caption>
<thead><tr>
<td class="c-box"><label hidden><span class="vh">{{T("Select all on this page")}}</span><input type="checkbox" data-select-all></label></td>
<th scope="col">{{T("Sender")}}</th>
<th scope="col">{{T("Subject and why it was held")}}</th>
<th scope="col">{{T("Kind")}}</th>
%     if (v->several_mailboxes) {
<th scope="col">{{T("Mailbox")}}</th>
%     }
<th scope="col">{{T("Deleted on")}}</th>
<th scope="col" class="c-end">{{TC("column", "Gone for good")}}</th>
<td></td>
</tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_deleted_row *w = &v->rows[i];
<tr>
<td class="c-box"><label><span class="vh">{{TF(T("Select: {subject}"), "subject", w->subject)}}</span><input type="checkbox" name="id" value="{{w->id}}"></label></td>
<td class="c-from">
%         if (*w->from_name) {
<b><bdi translate="no">{{w->from_name}}</bdi></b><span class="sub">
%             ui_address(r, out, w->from_address);
</span>
%         } else {
<b>
%             ui_address(r, out, w->from_address);
</b>
%         }
</td>
<td class="c-subject"><a class="row-link" href="{{url: w->link}}"><bdi translate="no">{{w->subject}}</bdi></a><span class="sub">
%         ui_sentence(r, out, w->reason);
</span></td>
<td class="c-kind">
%         t_part_kind(r, w->kind);
</td>
%         if (v->several_mailboxes) {
<td class="c-box-name" data-label="{{T("Mailbox")}}"><bdi class="addr" translate="no">{{w->mailbox}}</bdi></td>
%         }
<td data-label="{{T("Deleted on")}}"><time datetime="{{view_iso(r, w->deleted)}}" title="{{view_when_full(r, w->deleted)}}">{{view_when(r, w->deleted)}}</time>
%         if (*w->by) {
<span class="sub"><bdi class="addr" translate="no">{{w->by}}</bdi></span>
%         }
</td>
<td class="c-end" data-label="{{TC("column", "Gone for good")}}">
%         if (w->soon) {
<span class="soon">{{TF(T("{day}, {left}"), "day", view_day(r, w->expires), "left", w->left)}}</span>
%         } else {
{{TF(T("{day}, {left}"), "day", view_day(r, w->expires), "left", w->left)}}
%         }
</td>
<td class="c-act"><span class="acts">
%         if (w->can_delete) {
<button class="btn link" name="one" value="{{w->id}}">{{T("Put back")}}<span class="vh">: {{w->subject}}</span></button>
<button class="btn icon" name="one" value="{{w->id}}" formaction="/deleted/purge/confirm" title="{{T("Delete for good")}}" aria-label="{{TF(T("Delete for good: {subject}"), "subject", w->subject)}}">
%             view_icon(out, "trash-2", 18);
</button>
%         }
</span></td>
</tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
</form>
% } else {
%     t_part_empty(r, &(struct ui_empty){"trash-2", "", T("Nothing is deleted"), T("Deleted messages stay here until their date."), "/", T("Back to the quarantine")});
% }
</div>
% t_layout_portal_end(r);
