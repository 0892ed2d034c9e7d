%args struct web_req *r, int why
%include "ui.h"
%include "pages/pg_setup.h"
% const char *title = why == SETUP_DONE ? T("Sekisho is already set up") : T("This link no longer works");
% t_layout_plain_begin(r, title);
<div class="card"><div class="problem">
% if (why == SETUP_DONE) {
<h1>{{title}}</h1>
<p>{{T("The first administrator can sign in and add more people.")}}</p>
<a class="btn primary" href="/signin">{{T("Sign in")}}</a>
% } else {
<h1>{{title}}</h1>
<p>{{T("Set-up links work once and for a limited time. Print a new one on the server with this command:")}}</p>
<pre class="mono">sekisho setup --link</pre>
% }
</div></div>
% t_layout_plain_end(r);
