%args struct web_req *r, const char *current
%include "pages/pg_connection.h"
% /* Head and tabs of the pages about the connection. */
<div class="head"><div class="head-text"><h1>{{T("Connection")}}</h1>
<p>{{T("Which servers may hand over mail at all. What is refused here never gets to the scan; it is listed under Blocked mail.")}}</p></div></div>
<div class="crumbs-row"><nav class="seg wrap" aria-label="{{T("Rules of the connection")}}">
<a href="/connection"{{? !strcmp(current, "reputation"): aria-current="page"}}>{{T("IP reputation")}}</a>
<a href="/connection/addresses"{{? !strcmp(current, "addresses"): aria-current="page"}}>{{T("Addresses")}}</a>
<a href="/connection/countries"{{? !strcmp(current, "countries"): aria-current="page"}}>{{T("Countries")}}</a>
<a href="/connection/reverse-dns"{{? !strcmp(current, "rdns"): aria-current="page"}}>{{T("Reverse DNS")}}</a>
<a href="/connection/rates"{{? !strcmp(current, "rates"): aria-current="page"}}>{{T("Rates")}}</a>
</nav></div>
