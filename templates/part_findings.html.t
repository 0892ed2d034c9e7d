%args struct web_req *r, const struct pg_scan *s
%include "pages/pg_held.h"
% /* Evidence: what the scanners found, how much it weighs, and where they saw it. Codes are for administrators. */
% const bool admin = r->surface == SURFACE_ADMIN;
<section class="card"><div class="card-head"><h2>{{T("What was found")}}</h2></div>
% if (!s->nfindings && !(admin && s->nanomalies)) {
<div class="card-body"><p class="muted">{{T("The scanners found nothing.")}}</p></div>
% } else {
<table class="list evidence"><caption class="vh">{{T("What was found, and how much it weighs")}}</caption>
<thead><tr><th scope="col" class="c-end">{{T("Score")}}</th><th scope="col">{{T("Finding")}}</th></tr></thead><tbody>
%     for (int i = 0; i < s->nfindings; i++) {
%         const struct pg_finding *f = &s->findings[i];
<tr><td class="c-end" data-label="{{T("Score")}}">{{view_decimal(r, f->score, 1)}}</td><td>
%         if (f->words) {
<b>{{f->words}}</b>
%         } else {
<b class="mono"><bdi translate="no">{{f->code}}</bdi></b>
%         }
%         if (*f->evidence) {
<bdi class="sub addr" translate="no">
%             ui_sentence(r, out, f->evidence);
</bdi>
%         }
%         if (admin) {
<span class="sub mono">{{f->scanner}}{{f->words ? " / " : ""}}{{f->words ? f->code : ""}}
%             if (*f->part) {
 · {{TF(T("part {part}"), "part", f->part)}}
%             }
</span>
%         }
</td></tr>
%     }
%     for (int i = 0; admin && i < s->nanomalies; i++) {
<tr><td class="c-end" data-label="{{T("Score")}}">{{view_decimal(r, 0, 1)}}</td><td><b class="mono">{{s->anomalies[i]}}</b><span class="sub">{{T("Unusual structure")}}</span></td></tr>
%     }
</tbody></table>
% }
</section>
