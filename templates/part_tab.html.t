%args struct web_req *r, const struct ui_nav *n
%include "ui.h"
<a href="{{url: n->path}}"{{? ui_nav_current(r, n->key): aria-current="page"}}>
% view_icon(out, n->icon, 22);
<span>{{n->label}}</span>
% if (n->count > 0) {
<span class="count accent">{{#n->count}}</span>
% }
</a>
