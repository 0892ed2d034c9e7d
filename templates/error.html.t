%args struct web_req *r, const struct web_error_view *v
%include "web_error.h"
%include "ui.h"
% t_layout_plain_begin(r, v->title);
<div class="card"><div class="stackv">
<div><h1>{{v->title}}</h1>
<p>{{v->what}}</p>
% if (v->roles) {
<p>{{v->roles}}</p>
% }
<p>{{v->todo}}</p></div>
% if (v->id) {
<p class="muted"><small>{{TF(T("Number {id}, {time}"), "id", v->id, "time", v->when)}}</small></p>
% }
% if (v->link) {
<p><a class="btn primary" href="{{url: v->link}}">{{v->label}}</a></p>
% }
</div></div>
% t_layout_plain_end(r);
