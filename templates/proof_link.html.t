%args struct web_req *r, const struct pg_proof_view *v
%include "pages/pg_proof.h"
%include "ui.h"
% t_layout_plain_begin(r, ui_has_errors(r) ? TF(T("Error: {title}"), "title", T("Sign in")) : T("Sign in"));
<div class="card"><div class="stackv">
<div><h1>{{T("Sign in")}}</h1>
% if (v->proof.same_browser) {
<p class="muted"><bdi translate="no">{{v->proof.address}}</bdi></p>
% } else {
<p class="muted">{{T("This link was asked for in another browser. To go on here, enter your address.")}}</p>
% }
</div>
<form class="fields" method="post" action="/signin/link" novalidate>
% view_csrf(r, out);
<input type="hidden" name="t" value="{{v->token}}">
% if (!v->proof.same_browser) t_part_field(r, &(struct ui_field){.name = "address", .label = T("E-mail address"), .type = "email", .value = v->typed, .max = 320, .autocomplete = "username", .inputmode = "email", .autofocus = !ui_has_errors(r)});
<button class="btn primary big wide">{{T("Sign in")}}</button>
</form></div></div>
% t_layout_plain_end(r);
