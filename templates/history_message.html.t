%args struct web_req *r, const struct pg_history_page *v
%include "pages/pg_history.h"
%include "ui.h"
% const struct pg_history_row *m = &v->m;
% t_layout_portal_begin(r, TF(T("Message: {subject}"), "subject", m->subject), -1);
<div class="crumbs-row">
% t_part_crumbs(r, "/history", T("Delivery history"), T("Message"));
</div>
<div class="columns"><article class="card">
<div class="msg-head"><h1 dir="auto"><bdi translate="no">{{m->subject}}</bdi></h1>
<p>
% if (*m->from_name) {
<b><bdi translate="no">{{m->from_name}}</bdi></b>
% }
<span class="muted">
% ui_address(r, out, m->from_address);
</span><br><small class="muted">
% ui_sentence(r, out, TF(T("to {mailbox}"), "mailbox", m->mailbox));
</small></p></div>
<div class="card-body"><ol class="line" aria-label="{{T("What happened")}}">
% for (int i = 0; i < v->n; i++) {
%     const struct pg_history_step *s = &v->steps[i];
<li><span class="dot {{s->tone}}">
%     view_icon(out, s->icon, 16);
</span><div><b>{{s->word}}</b>
%     if (*s->who) {
<span class="sub"><bdi class="addr" translate="no">{{s->who}}</bdi></span>
%     }
</div><time datetime="{{view_iso(r, s->at)}}">{{view_when_full(r, s->at)}}</time></li>
% }
</ol></div></article>
<aside class="card card-body stackv"><div>
% t_part_state(r, m->state);
</div>
% if (*m->reason) {
<p>
%     ui_sentence(r, out, m->reason);
</p>
% }
% if (m->link) {
<p><a class="btn" href="{{url: m->link}}">{{T("Open the message")}}</a></p>
% }
</aside></div>
% t_layout_portal_end(r);
