%args struct web_req *r, bool requests
<nav class="tabs" aria-label="{{T("Delivery history")}}">
<a href="/history"{{? !requests: aria-current="page"}}>
% view_icon(out, "route", 18);
{{T("My mail")}}</a>
<a href="/requests"{{? requests: aria-current="page"}}>
% view_icon(out, "mail", 18);
{{T("My requests")}}</a>
</nav>
