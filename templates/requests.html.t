%args struct web_req *r, const struct pg_requests *v
%include "ui.h"
%include "pages/pg_requests.h"
% t_layout_portal_begin(r, T("My requests"), -1);
<div class="head"><div class="head-text"><h1>{{T("My requests")}}</h1>
<p>{{T("What you asked an admin to deliver, and the answers.")}}</p></div></div>
<div class="card">
% t_part_history_tabs(r, true);
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){"mail", "", T("You have not asked for anything"), T("When a held message needs an admin, open it and choose Ask an admin to deliver."), "/", T("Go to the quarantine")});
% } else {
<table class="list"><caption class="vh">{{T("My requests")}}</caption>
<thead><tr><th scope="col">{{T("Message")}}</th><th scope="col">{{T("State")}}</th><th scope="col">{{T("Asked")}}</th><td></td></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_request *q = &v->rows[i];
<tr><td class="addr"><a href="{{url: q->message}}"><bdi translate="no">{{q->subject}}</bdi></a><span class="sub">
%         ui_address(r, out, q->sender);
</span>
%         if (*q->note) {
<span class="sub">{{TF(T("You wrote: {note}"), "note", q->note)}}</span>
%         }
</td><td data-label="{{T("State")}}">
%         t_part_request_state(r, q);
%         if (*q->answer) {
<span class="sub">{{TF(T("Answer: {answer}"), "answer", q->answer)}}</span>
%         }
</td><td class="c-when" data-label="{{T("Asked")}}"><time datetime="{{view_iso(r, q->asked)}}" title="{{view_when_full(r, q->asked)}}">{{view_when(r, q->asked)}}</time></td>
<td class="c-act">
%         if (q->waiting) {
<form class="acts" method="post" action="/requests/withdraw">
%             view_csrf(r, out);
<input type="hidden" name="id" value="{{q->id}}"><input type="hidden" name="back" value="{{v->here}}">
<button class="btn link">{{T("Withdraw")}}<span class="vh">: {{q->subject}}</span></button></form>
%         }
</td></tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
% }
</div>
% t_layout_portal_end(r);
