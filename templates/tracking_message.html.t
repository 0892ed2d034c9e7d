%args struct web_req *r, const struct pg_track_page *v
%include "pages/pg_tracking.h"
% t_layout_admin_begin(r, TF(T("{subject} - Message tracking"), "subject", v->subject));
<div class="crumbs-row">
% t_part_crumbs(r, "/tracking", T("Message tracking"), T("Message"));
<a class="btn" href="{{url: view_path(r, "/tracking", "q", v->similar, "period", "30d", NULL)}}">
% view_icon(out, "search", 18);
{{T("Similar messages")}}</a></div>
<div class="columns"><div class="stackv">
<article class="card"><div class="msg-head"><h1 dir="auto"><bdi translate="no">{{v->subject}}</bdi></h1></div>
<div class="card-body"><ol class="line" aria-label="{{T("What happened")}}">
% for (int i = 0; i < v->nsteps; i++) {
%     const struct pg_step *s = &v->steps[i];
<li><span class="dot {{s->tone}}">
%     view_icon(out, s->icon, 16);
</span><div><b>{{s->title}}</b>
%     if (*s->sub) {
<span class="sub">{{s->sub}}</span>
%     }
%     if (*s->reply) {
<bdi class="sub mono addr" translate="no">{{s->reply}}</bdi>
%     }
</div><time datetime="{{view_iso(r, s->at)}}">{{view_when_exact(r, s->at)}}</time></li>
% }
</ol></div></article>
<section class="card"><div class="card-head"><h2>{{T("Recipients")}}</h2></div>
<table class="list"><caption class="vh">{{T("Recipients")}}</caption>
<thead><tr><th scope="col">{{T("Recipient")}}</th><th scope="col">{{T("Result")}}</th><th scope="col">{{T("Rule")}}</th><th scope="col" class="c-end">{{T("Since")}}</th></tr></thead><tbody>
% for (int i = 0; i < v->nrcpts; i++) {
%     const struct pg_track_rcpt *c = &v->rcpts[i];
<tr><td>
%     if (c->stored) {
<a class="row-link" href="{{url: arena_printf(r->a, "/quarantine/%s", c->recipient_id)}}"><bdi class="addr" translate="no">{{c->address}}</bdi></a>
%     } else {
<bdi class="addr" translate="no">{{c->address}}</bdi>
%     }
%     if (c->possible_duplicate) {
<span class="sub tone-warn">{{T("Possibly delivered twice, after an interruption")}}</span>
%     }
</td><td>
%     t_part_state(r, c->state);
</td><td data-label="{{T("Rule")}}">{{ui_rule(r, c->rule)}}
%     if (!*c->rule) {
<span class="muted">–</span>
%     }
</td>
<td class="c-when c-end"><time datetime="{{view_iso(r, c->state_at)}}">{{view_when_exact(r, c->state_at)}}</time></td></tr>
% }
</tbody></table></section>
<section class="card"><div class="card-head"><h2>{{T("Parts")}}</h2></div>
% t_part_parts(r, &v->scan);
</section>
</div>
<aside class="stackv" aria-label="{{T("Details")}}">
<section class="card"><div class="card-head"><h2>{{T("Envelope")}}</h2></div><div class="card-body"><dl class="pairs">
<dt>{{T("Sender")}}</dt><dd>
% ui_address(r, out, v->sender);
</dd>
<dt>{{T("Sent by")}}</dt><dd><bdi class="mono addr" translate="no">{{v->client_ip}}</bdi>
% if (*v->client_name) {
<br><bdi class="muted addr" translate="no">{{v->client_name}}</bdi>
% }
</dd>
<dt>HELO</dt><dd><bdi class="mono addr" translate="no">{{v->helo}}</bdi></dd>
<dt>{{T("Encryption")}}</dt><dd>{{*v->tls ? v->tls : T("None")}}</dd>
<dt>{{T("Queue ID")}}</dt><dd><bdi class="mono addr" translate="no">{{v->queue_id}}</bdi></dd>
</dl></div></section>
<section class="card"><div class="card-head"><h2>{{T("Header")}}</h2></div><div class="card-body"><dl class="pairs">
<dt>{{T("From")}}</dt><dd>
% if (*v->header_from_name) {
<bdi translate="no">{{v->header_from_name}}</bdi><br>
% }

% ui_address(r, out, v->header_from);

% if (v->from_differs) {
<br><span class="tone-warn small">{{T("Differs from the envelope sender")}}</span>
% }
</dd>
<dt>Message-ID</dt><dd><bdi class="mono addr" translate="no">{{v->header_id}}</bdi></dd>
</dl></div></section>
<section class="card"><div class="card-head"><h2>{{T("Check")}}</h2></div><div class="card-body"><dl class="pairs">
<dt>{{T("Score")}}</dt><dd>{{TF(T("{score}, limit {limit}"), "score", view_decimal(r, v->score, 1), "limit", view_decimal(r, v->threshold, 1))}}</dd>
<dt>{{T("Scan time")}}</dt><dd>{{v->scan_time}}</dd>
<dt>{{T("Size")}}</dt><dd>{{view_bytes(r, v->bytes)}}</dd>
<dt>SHA-256</dt><dd><bdi class="mono addr small" translate="no">{{v->sha256}}</bdi></dd>
<dt>{{T("Our ID")}}</dt><dd><bdi class="mono addr small" translate="no">{{v->message_id}}</bdi></dd>
% if (*v->resend_of) {
<dt>{{T("Sent again")}}</dt><dd><a href="{{url: arena_printf(r->a, "/tracking/%s", v->resend_of)}}">{{T("Same message as before")}}</a></dd>
% }
</dl></div></section>
% if (v->nreasons) {
<section class="card"><div class="card-head"><h2>{{*v->kind ? T("Why it was held") : T("Why it was decided so")}}</h2></div>
%     t_part_reasons(r, v->reasons, v->nreasons, v->kind);
</section>
% }
% t_part_auth(r, &v->scan);
% t_part_findings(r, &v->scan);
</aside></div>
% t_layout_admin_end(r);
