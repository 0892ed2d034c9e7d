%args struct web_req *r, const char *tab
%include "ui.h"
% /* Held mail as administrators see it: all of it, what people ask for, what they report. */
<nav class="tabs page-tabs" aria-label="{{T("Held mail")}}">
<a href="/quarantine"{{? !*tab: aria-current="page"}}>{{T("Quarantine")}}</a>
<a href="/requests"{{? !strcmp(tab, "requests"): aria-current="page"}}>{{T("Release requests")}}</a>
<a href="/quarantine/reported"{{? !strcmp(tab, "reported"): aria-current="page"}}>{{T("Reported")}}</a>
</nav>
