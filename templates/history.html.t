%args struct web_req *r, const struct pg_history *v
%include "pages/pg_history.h"
%include "ui.h"
% t_layout_portal_begin(r, T("Delivery history"), -1);
<div class="head"><div class="head-text"><h1>{{T("Delivery history")}}</h1>
<p>{{TF(TN("Mail to you of the last day, and what became of it.", "Mail to you of the last {n} days, and what became of it.", v->kept), "n", view_int(r, v->kept))}}</p></div></div>
<div class="card">
% t_part_history_tabs(r, false);
<form class="filters" id="filters" role="search" method="get" action="/history">
<div class="search">
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->q}}" maxlength="200" enterkeyhint="search" aria-label="{{T("Where is my mail? Sender or subject")}}" placeholder="{{T("Where is my mail? Sender or subject")}}" data-search></div>
% t_part_choice(r, "result", T("All results"), v->results, v->result);
% t_part_choice(r, "days", v->periods[0].label, v->periods, v->days);
<button class="btn">{{T("Search")}}</button>
% if (v->filtered) {
<a class="btn link" href="/history">{{T("Clear filters")}}</a>
% }
</form>
% if (v->answer) {
<p class="bulk" role="status"><span>
%     ui_sentence(r, out, v->answer);
</span></p>
% }
% if (v->n) {
<table class="list mail" id="results"><caption class="vh">{{T("Messages, newest first")}}</caption>
<thead><tr><th scope="col">{{T("Sender")}}</th><th scope="col">{{T("Subject")}}</th><th scope="col">{{T("Result")}}</th>
%     if (v->several_mailboxes) {
<th scope="col">{{T("Mailbox")}}</th>
%     }
<th scope="col" class="c-end">{{T("Received")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_history_row *m = &v->rows[i];
<tr><td class="c-from">
%         if (*m->from_name) {
<b><bdi translate="no">{{m->from_name}}</bdi></b><span class="sub">
%             ui_address(r, out, m->from_address);
</span>
%         } else {
<b>
%             ui_address(r, out, m->from_address);
</b>
%         }
</td><td class="c-subject">
%         if (m->page) {
<a class="row-link" href="{{url: m->page}}"><bdi translate="no">{{m->subject}}</bdi></a>
%         } else {
<span class="muted">{{m->subject}}</span>
%         }
%         if (*m->reason) {
<span class="sub">
%             ui_sentence(r, out, m->reason);
</span>
%         }
%         if (!m->page) {
<span class="sub">{{m->next}}</span>
%         }
</td><td class="c-kind">
%         t_part_state(r, m->state);
</td>
%         if (v->several_mailboxes) {
<td class="c-box-name" data-label="{{T("Mailbox")}}"><bdi class="addr" translate="no">{{m->mailbox}}</bdi></td>
%         }
<td class="c-when c-end"><time datetime="{{view_iso(r, m->received)}}" title="{{view_when_full(r, m->received)}}">{{view_when(r, m->received)}}</time></td></tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
% } else if (v->filtered) {
%     t_part_filters(r, (const struct ui_filter[]){{T("Search"), v->q, NULL}, {T("Result"), NULL, *v->result ? ui_option_label(v->results, v->result) : NULL}, {T("Period"), NULL, ui_option_label(v->periods, v->days)}, {NULL, NULL, NULL}});
%     t_part_empty(r, &(struct ui_empty){"search", "", T("No message matches"), T("Try a longer period or fewer words."), "/history", T("Clear filters")});
% } else {
%     t_part_empty(r, &(struct ui_empty){"route", "", T("No mail yet"), T("As soon as a message arrives, its way is shown here."), NULL, NULL});
% }
</div>
% t_layout_portal_end(r);
