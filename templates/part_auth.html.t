%args struct web_req *r, const struct pg_scan *s
%include "ui.h"
%include "pages/pg_held.h"
% /* Who the mail is from: one row per check, the domain that it is about, and why. */
% if (s->nauth) {
<section class="card"><div class="card-head"><h2>{{T("Authentication")}}</h2></div><div class="card-body">
<ul class="facts">
%     for (int i = 0; i < s->nauth; i++) {
%         const struct pg_auth *a = &s->auth[i];
<li><div><b>{{a->method}}</b>
%         t_part_badge(r, a->tone, a->icon, T(a->word));
%         if (*a->domain) {
<span class="sub">
%             ui_address(r, out, a->domain);
</span>
%         }
%         if (a->asks) {
<span class="sub">{{T(a->asks)}}</span>
%         }
%         if (a->why) {
<span class="sub">{{T(a->why)}}</span>
%         } else if (*a->code) {
<bdi class="sub mono addr" translate="no">{{a->code}}</bdi>
%         }
</div></li>
%     }
</ul></div></section>
% }
