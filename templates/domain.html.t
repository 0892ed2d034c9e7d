%args struct web_req *r, const struct pg_domain_setup *v
%include "ui.h"
%include "pages/pg_domain_setup.h"
% const struct pg_domain *d = v->d;
% t_layout_admin_begin(r, TF(T("{domain} - Domains"), "domain", d->unicode ? d->unicode : d->name));
% t_part_domain_head(r, d, "setup", v->may_change);
<div class="columns"><div class="stackv">
% if (v->proof_needed) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("Until the TXT record of the first check is found, mail for this domain is checked for viruses only.")}}</span></p>
% }
% if (v->pending) {
<p class="note" role="status">
%     view_icon(out, v->late ? "triangle-alert" : "hourglass", 18);
%     if (v->late) {
<span>{{T("There is no result yet. The engine may be stopped: ask the operator of this gateway to run sekisho doctor.")}}</span></p>
%     } else {
<span>{{T("DNS is being asked. This page shows the result by itself.")}}</span></p>
%     }
% }
<section class="card" aria-labelledby="checks">
<div class="card-head"><h2 id="checks">{{T("Setup checks")}}</h2>
% if (v->n) {
<span class="meter-text">{{TF(T("{done} of {all} done"), "done", view_int(r, v->done), "all", view_int(r, v->n))}}
<span class="meter" aria-hidden="true">
%     for (int i = 0; i < v->n; i++) {
<i class="{{v->checks[i].tone}}"></i>
%     }
</span></span>
% }
</div>
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "hourglass", .title = T("Not checked yet"), .text = T("A moment after a domain was added, DNS is asked what is there. Then it says here what to change.")});
% }
<div class="check-list">
% for (int i = 0; i < v->n; i++) {
%     t_part_check(r, v, &v->checks[i]);
% }
</div></section></div>
<div class="stackv">
<aside class="card" aria-labelledby="last"><div class="card-head"><h2 id="last">{{T("Last check")}}</h2></div>
<div class="card-body"><dl class="pairs"><dt>{{T("Time")}}</dt><dd>
% if (v->checked_at) {
<time datetime="{{view_iso(r, v->checked_at)}}">{{view_when_exact(r, v->checked_at)}}</time>
% } else {
{{T("Never")}}
% }
</dd><dt>{{TC("check", "Next")}}</dt><dd>
% if (v->pending) {
{{T("Now")}}
% } else {
<time datetime="{{view_iso(r, v->next_at)}}">{{view_when(r, v->next_at)}}</time>
% }
</dd></dl></div></aside>
% if (v->n && v->done < v->n) {
<aside class="card" aria-labelledby="other"><div class="card-head"><h2 id="other">{{T("Someone else manages DNS?")}}</h2></div>
<div class="card-body"><p class="muted">{{T("Send them exactly what to change. They need no account here.")}}</p>
<p class="btns"><a class="btn" href="{{url: arena_printf(r->a, "/domains/%s/zone", d->id)}}" download>
%     view_icon(out, "download", 18);
{{T("Download as a zone file")}}</a></p></div></aside>
% }
<aside class="card" aria-labelledby="connect"><div class="card-head"><h2 id="connect">{{T("Connect your mail system")}}</h2></div>
<div class="card-body"><p class="muted">{{T("Send your outgoing mail through this server (smart host):")}}</p>
% if (v->relay) {
%     t_part_record(r, "relay", T("Server and port"), v->relay, NULL, true);
% } else {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("This gateway has no complete name yet. The operator must set it in sekisho.conf (hostname).")}}</span></p>
% }
<p class="muted">{{T("Let your own server accept mail from this gateway without checking SPF and without limiting it.")}}</p></div></aside>
% t_part_domain_about(r, d);
</div></div>
% t_layout_admin_end(r);
