%args struct web_req *r, const struct pg_scan *s
%include "pages/pg_held.h"
% /* What the scanners said, with scores: one level below the sentences. */
<section class="card"><div class="card-head"><h2>{{T("Findings")}}</h2></div><div class="card-body">
% if (!s->nfindings && !s->nanomalies) {
<p class="muted">{{T("The scanners found nothing.")}}</p>
% } else {
<ul class="facts">
%     for (int i = 0; i < s->nfindings; i++) {
%         const struct pg_finding *f = &s->findings[i];
<li><div><b class="mono"><bdi>{{f->code}}</bdi></b><span class="sub">
{{TF(T("Scanner {name}, score {score}"), "name", f->scanner, "score", view_decimal(r, f->score, 1))}}
%         if (*f->part) {
 · {{TF(T("part {part}"), "part", f->part)}}
%         }
</span>
%         if (*f->evidence) {
<bdi class="sub mono addr">{{f->evidence}}</bdi>
%         }
</div></li>
%     }
%     for (int i = 0; i < s->nanomalies; i++) {
<li><div><b class="mono">{{s->anomalies[i]}}</b><span class="sub">{{T("Unusual structure")}}</span></div></li>
%     }
</ul>
% }
</div></section>
