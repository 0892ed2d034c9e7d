%args struct web_req *r, const struct pg_held_confirm *v
%include "ui.h"
%include "pages/pg_held.h"
% bool deliver = !strcmp(v->action, "deliver");
% const char *n = view_int(r, v->n);
% const char *title = deliver ? TF(TN("Deliver {n} message?", "Deliver {n} messages?", v->n), "n", n) : TF(TN("Delete {n} message?", "Delete {n} messages?", v->n), "n", n);
% t_layout_admin_begin(r, title);
<form class="card" method="post" action="{{url: arena_printf(r->a, "/quarantine/%s", v->action)}}">
% view_csrf(r, out);
<input type="hidden" name="back" value="{{v->back}}">
<input type="hidden" name="confirmed" value="1">
% for (int i = 0; i < v->n; i++) {
<input type="hidden" name="id" value="{{v->rows[i].id}}">
% }
<div class="card-form">
<h1>{{title}}</h1>
% if (deliver) {
<p>{{T("They go to the people they were written to. Delivered mail cannot be taken back.")}}</p>
%     if (v->risky) {
<p class="note danger">
%         view_icon(out, "octagon-alert", 18);
<span>{{TF(TN("{n} of them is of a dangerous kind, such as malware or phishing.", "{n} of them are of a dangerous kind, such as malware or phishing.", v->risky), "n", view_int(r, v->risky))}}</span></p>
%     }
% } else {
<p>{{T("They stay among the deleted messages until their date and can be put back.")}}</p>
% }
<div class="btns">
% if (deliver) {
<button class="btn primary">{{TF(TN("Deliver {n} message", "Deliver {n} messages", v->n), "n", n)}}</button>
% } else {
<button class="btn danger primary">{{TF(TN("Delete {n} message", "Delete {n} messages", v->n), "n", n)}}</button>
% }
<a class="btn" href="{{url: v->back}}">{{T("Cancel")}}</a></div>
</div>
<table class="list"><caption class="vh">{{T("Messages")}}</caption>
<thead><tr><th scope="col">{{T("Sender")}}</th><th scope="col">{{T("Recipient")}}</th><th scope="col">{{T("Subject and reason")}}</th><th scope="col">{{T("Kind")}}</th></tr></thead><tbody>
% for (int i = 0; i < v->n; i++) {
%     const struct pg_held_row *m = &v->rows[i];
<tr><td>
%     ui_address(r, out, view_safe(r, m->sender));
</td><td class="addr" data-label="{{T("To")}}"><bdi dir="ltr" translate="no">{{view_safe(r, m->recipient)}}</bdi></td><td><bdi>{{*m->subject ? view_safe(r, m->subject) : T("(no subject)")}}</bdi><span class="sub">
%     ui_sentence(r, out, m->reason);
</span></td><td>
%     t_part_kind(r, m->kind);
</td></tr>
% }
</tbody></table>
</form>
% t_layout_admin_end(r);
