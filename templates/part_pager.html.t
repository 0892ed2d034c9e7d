%args struct web_req *r, const struct ui_pager *p
%include "ui.h"
% if (p->text || p->newer || p->older) {
<nav class="list-foot" aria-label="{{T("Pages")}}">
% if (p->text) {
<span class="num">{{p->text}}</span>
% }
<span class="btns">
% if (p->newer) {
<a class="btn" rel="prev" href="{{url: p->newer}}">
%     view_icon(out, "chevron-left", 16);
{{T("Newer")}}</a>
% }
% if (p->older) {
<a class="btn" rel="next" href="{{url: p->older}}">{{T("Older")}}
%     view_icon(out, "chevron-right", 16);
</a>
% }
</span></nav>
% }
