%args struct web_req *r, const struct pg_deleted *v
%include "ui.h"
%include "pages/pg_deleted.h"
% const char *title = TF(TN("Delete this message for good?", "Delete {n} messages for good?", v->n), "n", view_int(r, v->n));
% t_layout_portal_begin(r, title, -1);
<form class="card" method="post" action="/deleted/purge">
% view_csrf(r, out);
<input type="hidden" name="back" value="{{v->back}}">
% for (int i = 0; i < v->n; i++) {
<input type="hidden" name="id" value="{{v->rows[i].id}}">
% }
<div class="card-form">
<h1>{{title}}</h1>
<dl class="pairs">
<dt>{{T("For you")}}</dt><dd>{{TN("It leaves all lists at once, also for others who read this mailbox. None of you can open it or put it back.", "They leave all lists at once, also for others who read these mailboxes. None of you can open them or put them back.", v->n)}}</dd>
<dt>{{T("For your organisation")}}</dt><dd>
% if (v->n == 1) {
{{TF(T("Admins can still find it until {day}. Then its text and attachments are erased."), "day", view_day(r, v->rows[0].expires))}}
% } else {
{{T("Admins can still find each of them until its date below. Then text and attachments are erased.")}}
% }
</dd>
<dt>{{T("What stays")}}</dt><dd>{{T("The log says that you did this. Your delivery history still shows sender and subject.")}}</dd>
</dl>
<div class="btns"><button class="btn danger primary">
% view_icon(out, "trash-2", 18);
{{T("Delete for good")}}</button>
<a class="btn" href="{{url: v->back}}">{{T("Cancel")}}</a></div>
</div>
<table class="list"><caption class="vh">{{T("Messages")}}</caption>
<thead><tr><th scope="col">{{T("Sender")}}</th><th scope="col">{{T("Subject and why it was held")}}</th><th scope="col">{{T("Kind")}}</th><th scope="col">{{T("Mailbox")}}</th><th scope="col">{{TC("column", "Gone for good")}}</th></tr></thead><tbody>
% for (int i = 0; i < v->n; i++) {
%     const struct pg_deleted_row *m = &v->rows[i];
<tr><td class="addr">
%     if (*m->from_name) {
<b><bdi translate="no">{{m->from_name}}</bdi></b><span class="sub">
%         ui_address(r, out, m->from_address);
</span>
%     } else {
%         ui_address(r, out, m->from_address);
%     }
</td><td><bdi translate="no">{{m->subject}}</bdi><span class="sub">
%     ui_sentence(r, out, m->reason);
</span></td><td>
%     t_part_kind(r, m->kind);
</td><td data-label="{{T("Mailbox")}}"><bdi class="addr" translate="no">{{m->mailbox}}</bdi></td><td data-label="{{TC("column", "Gone for good")}}">{{view_day(r, m->expires)}}</td></tr>
% }
</tbody></table>
</form>
% t_layout_portal_end(r);
