%args struct web_req *r, const char *current, int64_t napproved, int64_t nblocked
%include "ui.h"
% /* current: approved, blocked, lists, settings. Counts < 0: not shown. */
<nav class="tabs" aria-label="{{T("Sender lists")}}">
<a href="/senders"{{? !strcmp(current, "approved"): aria-current="page"}}>
% view_icon(out, "user-check", 18);
{{T("Allowed senders")}}
% if (napproved >= 0) {
<span class="count">{{#napproved}}</span>
% }
</a>
<a href="/senders?list=blocked"{{? !strcmp(current, "blocked"): aria-current="page"}}>
% view_icon(out, "ban", 18);
{{T("Blocked senders")}}
% if (nblocked >= 0) {
<span class="count">{{#nblocked}}</span>
% }
</a>
% if (r->surface == SURFACE_ADMIN) {
<a href="/senders/lists"{{? !strcmp(current, "lists"): aria-current="page"}}>
%     view_icon(out, "users", 18);
{{TC("list", "Recipients")}}</a>
<a href="/senders/settings"{{? !strcmp(current, "settings"): aria-current="page"}}>
%     view_icon(out, "settings", 18);
{{T("Settings")}}</a>
% }
</nav>
