%args struct web_req *r, const struct pg_domain *d
%include "ui.h"
%include "pages/pg_domains.h"
<aside class="card" aria-labelledby="about"><div class="card-head"><h2 id="about">{{T("About this domain")}}</h2></div>
<div class="card-body"><dl class="pairs">
<dt>{{T("State")}}</dt><dd>
% if (d->active) {
%     t_part_badge(r, "ok", "check", T("Active"));
% } else {
%     t_part_badge(r, "", "clock", T("Suspended"));
% }
</dd>
<dt>{{T("Added")}}</dt><dd><time datetime="{{view_iso(r, d->created_at)}}">{{view_when_full(r, d->created_at)}}</time></dd>
<dt>{{T("Mail in 24 hours")}}</dt><dd><a href="{{url: view_path(r, "/tracking", "q", arena_printf(r->a, "domain:%s", d->name), "period", "24h", NULL)}}">{{#d->mail_24h}}</a></dd>
<dt>{{T("Held now")}}</dt><dd><a href="{{url: view_path(r, "/quarantine", "domain", d->name, NULL)}}">{{#d->held}}</a></dd>
<dt>{{TC("list", "Recipients")}}</dt><dd>
% if (d->check_recipients) {
{{T("Only listed recipients are accepted")}}
% } else {
{{T("All addresses are accepted")}}
% }
</dd>
</dl></div></aside>
