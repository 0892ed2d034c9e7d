%args struct web_req *r, const struct ui_empty *e
%include "ui.h"
<div class="empty">
<span class="tile {{e->tone}}">
% view_icon(out, e->icon, 20);
</span>
<h2>{{e->title}}</h2>
% if (e->text) {
<p>{{e->text}}</p>
% }
% if (e->link) {
<a class="btn" href="{{url: e->link}}">{{e->label}}</a>
% }
</div>
