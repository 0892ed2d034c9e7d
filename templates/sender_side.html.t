%args struct web_req *r, const struct pg_senders *v
%include "pages/pg_senders.h"
% const char *about = v->approved ? T("What \"allowed\" means") : T("What \"blocked\" means");
<aside aria-label="{{about}}"
% if (v->admin) {
 class="side-by-side"
% } else {
 class="stackv"
% }
>
<section class="card"><div class="card-head"><h2>{{about}}</h2></div>
<div class="card-body"><ul class="facts">
% if (v->approved) {
<li><span class="tone-ok">
%     view_icon(out, "check", 18);
</span><div>{{T("Messages are not held as spam.")}}</div></li>
<li><span class="tone-ok">
%     view_icon(out, "check", 18);
</span><div>{{T("Malware and phishing are still looked for.")}}</div></li>
<li><span class="tone-warn">
%     view_icon(out, "badge-alert", 18);
</span><div>{{T("\"Not verified\" means that others could have forged this address. The entry counts only for messages that are verified.")}}</div></li>
% } else {
<li><span class="tone-danger">
%     view_icon(out, "ban", 18);
</span><div>{{T("Messages are refused, and their sender is told.")}}</div></li>
<li><span class="tone-warn">
%     view_icon(out, "badge-alert", 18);
</span><div>{{T("It does not matter whether the sender is verified.")}}</div></li>
% }
% if (v->admin) {
<li><span class="tone-info">
%     view_icon(out, "info", 18);
</span><div>{{T("The first that fits decides: 1. blocked by the recipient, 2. blocked by domain or organisation, 3. allowed by the recipient, 4. allowed by domain or organisation.")}}</div></li>
% } else {
<li><span class="tone-danger">
%     view_icon(out, "ban", 18);
</span><div>{{T("What your organisation blocks stays blocked.")}}</div></li>
<li><span>
%     view_icon(out, "lock", 18);
</span><div>{{T("Entries with a lock are managed by your organisation.")}}</div></li>
% }
</ul></div></section>
% for (int i = 0; i < v->nrooms; i++) {
<section class="card"><div class="card-head"><h2>{{T("Used entries")}}</h2><span class="muted num">{{TF(T("{n} of {most}"), "n", view_int(r, v->rooms[i].used), "most", view_int(r, v->rooms[i].most))}}</span></div>
<div class="card-body"><progress max="{{=v->rooms[i].most}}" value="{{=v->rooms[i].used}}" aria-label="{{T("Used entries")}}"></progress>
%     if (v->nrooms > 1 || v->admin) {
<p class="muted"><bdi class="addr" translate="no">{{v->rooms[i].target}}</bdi></p>
%     }
</div></section>
% }
</aside>
