%args struct web_req *r, const struct ui_nav *n
%include "ui.h"
<a class="nav-link" href="{{url: n->path}}"{{? ui_nav_current(r, n->key): aria-current="page"}}>
% view_icon(out, n->icon, 18);
<span>{{n->label}}</span>
% if (n->count > 0) {
<span class="count">{{#n->count}}</span>
% }
</a>
