%args struct web_req *r, const struct pg_quarantine_view *v
%include "pages/pg_quarantine.h"
% const char *sort = v->f.sort;
% bool expires = !strcmp(sort, "expires"), sender = !strcmp(sort, "sender");
% struct held_query other = v->f;
<form method="post" action="/deliver" data-select>
% view_csrf(r, out);
<input type="hidden" name="back" value="{{v->here}}">
<div class="bulk">
<p class="tally" role="status"><span class="off-select">
% if (v->many) {
{{TF(T("More than {n} messages"), "n", view_int(r, v->matches > 1000 ? (v->matches - 1) / 1000 * 1000 : v->matches > 0 ? v->matches - 1 : 0))}}
% } else {
{{TF(TN("{n} message", "{n} messages", v->matches), "n", view_int(r, v->matches))}}
% }
</span>
<span class="on-select" data-count data-one="{{TN("{n} message selected", "{n} messages selected", 1)}}" data-many="{{TN("{n} message selected", "{n} messages selected", 7)}}">{{T("With selected messages")}}</span>
<span class="on-select soon" data-mixed data-one="{{TN("{n} of {all} needs an admin", "{n} of {all} need an admin", 1)}}" data-many="{{TN("{n} of {all} needs an admin", "{n} of {all} need an admin", 7)}}"></span></p>
<span class="btns">
<button class="btn primary delivers" formaction="/deliver">
%     view_icon(out, "mail-check", 18);
{{T("Deliver to inbox")}}</button>
<button class="btn primary asks" formaction="/confirm" name="do" value="ask">
%     view_icon(out, "mail", 18);
{{T("Ask an admin to deliver")}}</button>
%     t_part_message_more(r, ~0U);
<button class="btn danger" formaction="/delete">
%     view_icon(out, "trash-2", 18);
{{T("Delete")}}</button>
<button class="btn quiet" type="button" hidden data-select-none>{{T("Clear selection")}}</button>
</span></div>
% if (v->all) {
<p class="bulk"><a class="btn link" href="{{url: v->all}}">
%     if (!v->many) {
{{TF(TN("Choose {n} message that matches", "Choose all {n} messages that match", v->matches), "n", view_int(r, v->matches))}}
%     } else {
{{T("Choose all messages that match")}}
%     }
</a></p>
% }
<table class="list mail" id="results"><caption class="vh">
% if (expires) {
{{T("Held messages, deleted soonest first")}}
% } else if (sender) {
{{T("Held messages, by sender")}}
% } else {
{{T("Held messages, newest first")}}
% }
</caption>
<thead><tr>
<td class="c-box"><label hidden><span class="vh">{{T("Select all on this page")}}</span><input type="checkbox" data-select-all></label></td>
%     other.sort = "sender";
<th scope="col"{{? sender: aria-sort="ascending"}}><a href="{{url: held_query_path(r, &other, "/", NULL, NULL)}}">{{T("Sender")}}</a></th>
<th scope="col">{{T("Subject and why it was held")}}</th>
<th scope="col">{{T("Kind")}}</th>
% if (v->several_mailboxes) {
<th scope="col">{{T("Mailbox")}}</th>
% }
%     other.sort = "";
<th scope="col" class="c-end"{{? !*sort: aria-sort="descending"}}><a href="{{url: held_query_path(r, &other, "/", NULL, NULL)}}">{{T("Received")}}</a></th>
%     other.sort = "expires";
<th scope="col" class="c-end c-left"{{? expires: aria-sort="ascending"}}><a href="{{url: held_query_path(r, &other, "/", NULL, NULL)}}">{{TC("column", "Deleted")}}</a></th>
<td></td>
</tr></thead><tbody>
% for (int i = 0; i < v->nhandled; i++) {
%     const struct pg_quarantine_row *w = &v->handled[i];
<tr class="handled"><td class="c-box"></td>
<td class="c-from"><b><bdi translate="no">
%         ui_sentence(r, out, *w->from_name ? w->from_name : w->from_address);
</bdi></b></td>
<td class="c-subject"><a class="row-link" href="{{url: w->link}}"><bdi translate="no">{{w->subject}}</bdi></a><span class="sub">{{w->left}}</span></td>
<td class="c-kind">
%     t_part_kind(r, w->kind);
</td>
%     if (v->several_mailboxes) {
<td class="c-box-name" data-label="{{T("Mailbox")}}"><bdi class="addr" translate="no">{{arena_strndup(r->a, w->mailbox, strcspn(w->mailbox, "@"))}}<wbr>{{w->mailbox + strcspn(w->mailbox, "@")}}</bdi></td>
%     }
<td class="c-when c-end"><time datetime="{{view_iso(r, w->received)}}" title="{{view_when_full(r, w->received)}}">{{view_when(r, w->received)}}</time></td>
<td class="c-end c-left"></td><td class="c-act"></td></tr>
% }
% for (int i = 0; i < v->n; i++) {
%     const struct pg_quarantine_row *w = &v->rows[i];
<tr>
<td class="c-box"><label><span class="vh">{{TF(T("Select: {subject}"), "subject", w->subject)}}</span><input type="checkbox" name="id" value="{{w->id}}"{{? w->can_ask: data-ask}}{{? w->can_deliver: data-deliver}}></label></td>
<td class="c-from">
%     if (*w->from_name) {
<b><bdi translate="no">{{w->from_name}}</bdi></b><span class="sub">
%         ui_address(r, out, w->from_address);
</span>
%     } else {
<b>
%         ui_address(r, out, w->from_address);
</b>
%     }
</td>
<td class="c-subject"><a class="row-link" href="{{url: w->link}}"><bdi translate="no">{{w->subject}}</bdi></a><span class="sub">
%     ui_sentence(r, out, w->reason);
</span></td>
<td class="c-kind">
%     t_part_kind(r, w->kind);
%     if (w->soon) {
<span class="soon only-phone">{{w->left}}</span>
%     }
</td>
%     if (v->several_mailboxes) {
<td class="c-box-name" data-label="{{T("Mailbox")}}"><bdi class="addr" translate="no">{{arena_strndup(r->a, w->mailbox, strcspn(w->mailbox, "@"))}}<wbr>{{w->mailbox + strcspn(w->mailbox, "@")}}</bdi></td>
%     }
<td class="c-when c-end"><time datetime="{{view_iso(r, w->received)}}" title="{{view_when_full(r, w->received)}}">{{view_when(r, w->received)}}</time></td>
<td class="c-end c-left">
%     if (w->soon) {
<span class="soon">{{w->left}}</span>
%     } else {
<span class="muted">{{w->left}}</span>
%     }
</td>
<td class="c-act"><span class="acts">
%         if (w->can_deliver) {
<button class="btn link" name="one" value="{{w->id}}" formaction="/deliver" data-key="e">{{T("Deliver")}}<span class="vh">: {{w->subject}}</span></button>
%         } else if (w->can_ask) {
<a class="btn link" href="{{url: view_path(r, "/confirm", "do", "ask", "one", w->id, "back", v->here, NULL)}}" data-key="e">{{TC("button", "Ask")}}<span class="vh">: {{w->subject}}</span></a>
%         } else {
<span class="muted only-admin" title="{{T("Only an admin can deliver this message")}}">{{T("Admin only")}}</span>
%         }
%         if (w->can_delete) {
<button class="btn icon" name="one" value="{{w->id}}" formaction="/delete" data-key="#" title="{{T("Delete")}}" aria-label="{{TF(T("Delete: {subject}"), "subject", w->subject)}}">
%             view_icon(out, "trash-2", 18);
</button>
%         }
</span></td>
</tr>
% }
</tbody></table>
% t_part_pager(r, &v->pager);
</form>
