%args struct web_req *r, const char *current
%include "pages/pg_reputation.h"
% /* Head and tabs of the pages about web reputation. */
<div class="head"><div class="head-text"><h1>{{T("Web reputation")}}</h1>
<p>{{T("Links in mail are looked up in lists of dangerous pages, and so are files and senders.")}}</p></div></div>
<div class="crumbs-row"><nav class="seg wrap" aria-label="{{T("Web reputation")}}">
<a href="/reputation"{{? !strcmp(current, "level"): aria-current="page"}}>{{T("Level and lists")}}</a>
<a href="/reputation/entries?list=approved"{{? !strcmp(current, "approved"): aria-current="page"}}>{{T("Approved links")}}</a>
<a href="/reputation/entries?list=suspicious"{{? !strcmp(current, "suspicious"): aria-current="page"}}>{{T("Suspicious objects")}}</a>
<a href="/reputation/entries?list=everywhere"{{? !strcmp(current, "everywhere"): aria-current="page"}}>{{T("For all organisations")}}</a>
</nav></div>
