%args struct web_req *r, const char *path, const char *parent, const char *here
<nav class="crumbs" aria-label="{{T("You are here")}}"><a href="{{url: path}}">{{parent}}</a>
% view_icon(out, "chevron-right", 16);
<span aria-current="page"><bdi>{{here}}</bdi></span></nav>
