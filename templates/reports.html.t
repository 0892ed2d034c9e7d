%args struct web_req *r, const struct pg_reports *v
%include "ui.h"
%include "pages/pg_reports.h"
% bool open = !strcmp(v->state, "open");
% t_layout_admin_begin(r, T("Reported messages"));
<div class="head"><div class="head-text"><h1>{{T("Reported messages")}}</h1>
<p>{{T("What people say about their held mail. What you agree with counts for the whole organisation.")}}</p></div></div>
% t_part_held_tabs(r, "reported");
<nav class="seg" aria-label="{{T("Which reports")}}">
<a href="/quarantine/reported"{{? open: aria-current="page"}}>{{TC("reports", "Open")}}</a>
<a href="/quarantine/reported?state=agreed"{{? !strcmp(v->state, "agreed"): aria-current="page"}}>{{TC("reports", "Agreed")}}</a>
<a href="/quarantine/reported?state=dismissed"{{? !strcmp(v->state, "dismissed"): aria-current="page"}}>{{TC("reports", "Dismissed")}}</a>
</nav>
<div class="card">
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){"check", "ok", T("No reports"), T("When somebody reports a held message, it appears here."), NULL, NULL});
% } else {
<form method="post" action="/quarantine/reported" data-select>
%     view_csrf(r, out);
<input type="hidden" name="back" value="{{v->here}}">
%     if (v->may_act) {
<div class="bulk">
<p class="tally" role="status"><span class="off-select">{{TF(TN("{n} report", "{n} reports", v->n), "n", view_int(r, v->n))}}</span>
<span class="on-select" data-count data-one="{{TN("{n} report selected", "{n} reports selected", 1)}}" data-many="{{TN("{n} report selected", "{n} reports selected", 7)}}">{{T("With selected reports")}}</span></p>
<span class="btns">
<label class="check"><input type="checkbox" name="block" value="1"><span>{{T("Block the senders for everybody, too")}}</span></label>
<button class="btn primary" name="decision" value="agree">
%         view_icon(out, "check", 18);
{{T("Agree")}}</button>
<button class="btn" name="decision" value="dismiss">
%         view_icon(out, "x", 18);
{{T("Dismiss")}}</button>
<button class="btn quiet" type="button" hidden data-select-none>{{T("Clear selection")}}</button>
</span></div>
%     }
<table class="list"><caption class="vh">{{T("Reported messages")}}</caption>
<thead><tr>
%     if (v->may_act) {
<td class="c-box"><label hidden><span class="vh">{{T("Select all on this page")}}</span><input type="checkbox" data-select-all></label></td>
%     }
<th scope="col">{{T("Report")}}</th><th scope="col">{{T("Message")}}</th><th scope="col">{{T("Held as")}}</th><th scope="col">{{T("Reported by")}}</th><th scope="col">{{T("Reported")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_report *p = &v->rows[i];
<tr>
%         if (v->may_act) {
<td class="c-box"><label><span class="vh">{{TF(T("Select: {subject}"), "subject", p->subject)}}</span><input type="checkbox" name="id" value="{{p->id}}"></label></td>
%         }
<td data-label="{{T("Report")}}">
%         t_part_badge(r, p->tone, p->icon, p->word);
%         if (p->others > 0) {
<span class="sub">{{TF(TN("and {n} other person", "and {n} other people", p->others), "n", view_int(r, p->others))}}</span>
%         }
</td><td class="addr"><a href="{{url: p->message}}"><bdi translate="no">{{p->subject}}</bdi></a><span class="sub">
%         ui_address(r, out, p->sender);
</span></td><td data-label="{{T("Held as")}}">
%         t_part_kind(r, p->kind);
</td><td class="addr" data-label="{{T("Reported by")}}"><bdi dir="ltr" translate="no">{{p->by}}</bdi>
%         if (*p->decided_by) {
<span class="sub">
%             ui_sentence(r, out, TF(T("Decided by {who}"), "who", p->decided_by));
</span>
%         }
</td><td class="c-when" data-label="{{T("Reported")}}"><time datetime="{{view_iso(r, p->at)}}" title="{{view_when_full(r, p->at)}}">{{view_when(r, p->at)}}</time></td></tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
</form>
% }
</div>
% t_layout_admin_end(r);
