%args struct web_req *r, const char *path, const char *period, const struct pg_track_hint *hints, int n
%include "pages/pg_tracking.h"
% /* Mistakes in a search, each with what was probably meant. */
% for (int i = 0; i < n; i++) {
<div class="note warn" role="status">
%     view_icon(out, "triangle-alert", 18);
<span>{{hints[i].text}}
%     if (hints[i].retry) {
{{" "}}<a href="{{url: view_path(r, path, "q", hints[i].retry, "period", period, NULL)}}">{{hints[i].label}}</a>
%     }
</span></div>
% }
