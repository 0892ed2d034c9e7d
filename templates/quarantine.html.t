%args struct web_req *r, const struct pg_quarantine_view *v
%include "pages/pg_quarantine.h"
%include "ui.h"
% t_layout_portal_begin(r, T("Quarantine"), v->held);
<div class="head"><div class="head-text"><h1>{{T("Quarantine")}}</h1>
% if (v->held > 0) {
<p>{{TF(TN("{n} message needs a look.", "{n} messages need a look.", v->held), "n", view_int(r, v->held))}} {{TF(TN("Held mail is deleted after {n} day.", "Held mail is deleted after {n} days.", v->retention_days), "n", view_int(r, v->retention_days))}}</p>
% } else {
<p>{{TF(TN("Held mail is deleted after {n} day.", "Held mail is deleted after {n} days.", v->retention_days), "n", view_int(r, v->retention_days))}}</p>
% }
</div><div class="btns">
<a class="btn" href="/deleted">
% view_icon(out, "trash-2", 18);
{{T("Deleted")}}
% if (v->deleted_count > 0) {
<span class="count">{{#v->deleted_count}}</span>
% }
</a>
<a class="btn" href="/requests">
% view_icon(out, "mail", 18);
{{T("My requests")}}</a>
<a class="btn" href="{{url: v->here}}">
% view_icon(out, "refresh-cw", 18);
{{T("Refresh")}}</a>
</div></div>
% for (int i = 0; i < v->npending; i++) {
<p class="note">
%     view_icon(out, "clock", 18);
<span><span>
%     ui_sentence(r, out, TF(T("{address} is being linked. Open the link in the message that was sent to it."), "address", v->pending[i].address));
</span> <a href="/settings/mailboxes">{{T("Mailboxes")}}</a></span></p>
% }
<div class="card">
% t_quarantine_filters(r, v);
% if (v->n || v->nhandled) {
%     t_quarantine_table(r, v);
% } else if (v->filtered) {
%     t_part_filters(r, (const struct ui_filter[]){{T("Search"), v->f.q, NULL}, {T("Period"), NULL, v->f.days ? TF(TN("Last day", "Last {n} days", v->f.days), "n", view_int(r, v->f.days)) : T("Any time")}, {T("Reason"), NULL, *v->f.kind ? T(ui_kind(v->f.kind)->word) : NULL}, {T("Mailbox"), v->f.mailbox, NULL}, {T("Only"), NULL, v->f.soon ? T("Deleted soon") : NULL}, {NULL, NULL, NULL}});
%     t_part_empty(r, &(struct ui_empty){"search", "", T("No message matches"), T("Try another word, a longer period or all reasons."), "/", T("Clear filters")});
% } else {
%     t_part_empty(r, &(struct ui_empty){"check", "ok", T("Nothing is held for you"), v->last_digest ? TF(T("New mail that needs a look appears here within a minute. The last digest was sent {when}."), "when", view_when_full(r, v->last_digest)) : T("New mail that needs a look appears here within a minute."), "/history", T("Delivery history")});
% }
</div>
% if (v->hides_some) {
<p class="muted">{{T("Some kinds of mail are only visible to your admin.")}}</p>
% }
% t_layout_portal_end(r);
