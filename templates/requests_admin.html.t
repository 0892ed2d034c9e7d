%args struct web_req *r, const struct pg_requests *v
%include "ui.h"
%include "pages/pg_requests.h"
% t_layout_admin_begin(r, T("Release requests"));
<div class="head"><div class="head-text"><h1>{{T("Release requests")}}</h1>
<p>{{T("Held mail that people ask to have delivered.")}}</p></div>
<div class="btns"><a class="btn" href="/requests/approvers">
% view_icon(out, "users", 18);
{{T("Who decides")}}</a></div></div>
% t_part_held_tabs(r, "requests");
<nav class="seg" aria-label="{{T("Which requests")}}">
<a href="/requests"{{? v->waiting: aria-current="page"}}>{{T("Waiting")}}</a>
<a href="/requests?state=all"{{? !v->waiting: aria-current="page"}}>{{T("All")}}</a>
</nav>
<div class="card">
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){"check", "ok", v->waiting ? T("No request is waiting") : T("No requests yet"), T("When somebody asks for held mail, the request appears here and approvers get an e-mail."), NULL, NULL});
% } else {
<table class="list"><caption class="vh">{{T("Release requests")}}</caption>
<thead><tr><th scope="col">{{T("Who asks")}}</th><th scope="col">{{T("Message")}}</th><th scope="col">{{T("Kind")}}</th><th scope="col">{{T("State")}}</th><th scope="col">{{T("Asked")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_request *q = &v->rows[i];
<tr><td class="addr" data-label="{{T("Who asks")}}"><bdi dir="ltr" translate="no">{{q->by}}</bdi>
%         if (*q->note) {
<span class="sub"><bdi translate="no">{{q->note}}</bdi></span>
%         }
</td><td class="addr"><a class="row-link" href="{{url: arena_printf(r->a, "/requests/%s", q->id)}}"><bdi translate="no">{{q->subject}}</bdi></a><span class="sub">
%         ui_address(r, out, q->sender);
</span></td><td>
%         t_part_kind(r, q->kind);
</td><td data-label="{{T("State")}}">
%         t_part_request_state(r, q);
%         if (*q->decided_by) {
<span class="sub"><bdi translate="no">{{q->decided_by}}</bdi></span>
%         }
</td><td class="c-when" data-label="{{T("Asked")}}"><time datetime="{{view_iso(r, q->asked)}}" title="{{view_when_full(r, q->asked)}}">{{view_when(r, q->asked)}}</time></td></tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
% }
</div>
% t_layout_admin_end(r);
