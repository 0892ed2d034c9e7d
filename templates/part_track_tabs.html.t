%args struct web_req *r, bool blocked, const char *query, const char *period
%include "ui.h"
% /* The two lists of tracking; the search goes along. */
<nav class="seg" aria-label="{{T("Message tracking")}}">
<a href="{{url: view_path(r, "/tracking", "q", query, "period", period, NULL)}}"{{? !blocked: aria-current="page"}}>{{T("Accepted")}}</a>
<a href="{{url: view_path(r, "/tracking/blocked", "q", query, "period", period, NULL)}}"{{? blocked: aria-current="page"}}>{{T("Blocked")}}</a>
</nav>
