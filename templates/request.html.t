%args struct web_req *r, const struct pg_request_page *v
%include "ui.h"
%include "pages/pg_requests.h"
% const struct pg_request *q = &v->q;
% bool risky = !strcmp(q->kind, "malware") || !strcmp(q->kind, "phishing") || !strcmp(q->kind, "impersonation");
% t_layout_admin_begin(r, TF(T("Request: {subject}"), "subject", q->subject));
<nav class="crumbs" aria-label="{{T("You are here")}}"><a href="/requests" data-key="u">{{T("Release requests")}}</a>
% view_icon(out, "chevron-right", 16);
<span aria-current="page">{{T("Request")}}</span></nav>
<div class="columns"><section class="card"><div class="card-form">
<h1 dir="auto"><bdi translate="no">{{q->subject}}</bdi></h1>
<p>
% t_part_request_state(r, q);
% t_part_kind(r, q->kind);
</p>
<dl class="pairs">
<dt>{{T("Who asks")}}</dt><dd><bdi dir="ltr" translate="no">{{q->by}}</bdi></dd>
<dt>{{T("Mailbox")}}</dt><dd><bdi dir="ltr" translate="no">{{q->mailbox}}</bdi></dd>
<dt>{{T("Why")}}</dt><dd><bdi>{{*q->note ? q->note : T("Nothing was written.")}}</bdi></dd>
<dt>{{T("Sender")}}</dt><dd class="addr">
% ui_address(r, out, q->sender);
</dd>
<dt>{{T("Asked")}}</dt><dd><time datetime="{{view_iso(r, q->asked)}}">{{view_when_full(r, q->asked)}}</time></dd>
% if (*q->decided_by) {
<dt>{{T("Decided by")}}</dt><dd><bdi translate="no">{{q->decided_by}}</bdi></dd>
<dt>{{T("Answer")}}</dt><dd><bdi>{{*q->answer ? q->answer : T("Nothing was written.")}}</bdi></dd>
% }
</dl>
% if (q->message) {
<p><a class="btn" href="{{url: q->message}}">
%     view_icon(out, "eye", 18);
{{T("Read the message safely")}}</a></p>
% }
</div>
% if (q->waiting && q->may_decide) {
<form class="card-form" method="post" action="{{url: arena_printf(r->a, "/requests/%s", q->id)}}">
%     view_csrf(r, out);
%     if (risky) {
<p class="note danger">
%         view_icon(out, "octagon-alert", 18);
<span>{{T("This message looked dangerous. Deliver it only when you know who sent it and what it wants.")}}</span></p>
%     }
%     t_part_field(r, &(struct ui_field){.name = "answer", .label = T("Words for the person"), .help = T("They stand in the answer by e-mail. At most 500 characters."), .value = v->answer, .max = 1000, .optional = true, .autocomplete = "off"});
<div class="btns"><button class="btn primary" name="decision" value="approve" data-key="e">
%     view_icon(out, "mail-check", 18);
{{T("Approve and deliver")}}</button>
<button class="btn danger" name="decision" value="decline">
%     view_icon(out, "ban", 18);
{{T("Decline")}}</button></div>
</form>
% } else if (q->waiting) {
<p class="card-form">{{v->own ? T("You asked for this yourself, so another admin decides.") : T("You can look at this, but other admins decide about it.")}}</p>
% }
</section>
<aside class="stackv" aria-label="{{T("Why it was held")}}">
<section class="card"><div class="card-head"><h2>{{T("Why it was held")}}</h2></div>
% t_part_reasons(r, v->reasons, v->nreasons, q->kind);
</section></aside></div>
% t_layout_admin_end(r);
