%args struct web_req *r, const struct pg_dkim_delete *v
%include "ui.h"
%include "pages/pg_dkim.h"
% const struct store_dkim_key *k = v->k->k;
% t_layout_admin_begin(r, TF(T("Delete key {selector}?"), "selector", k->selector));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/keys/%s/delete", k->key_id)}}">
% view_csrf(r, out);
<h1 id="question">{{TF(T("Delete key {selector}?"), "selector", k->selector)}}</h1>
% if (!strcmp(k->state, "signing")) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{TF(T("Mail of {domain} is signed with this key now. Without another key it goes out unsigned."), "domain", v->d->name)}}</span></p>
% }
<p>{{T("The key cannot be brought back. Take its record out of DNS about a week later, when no mail that it signed is on its way any more.")}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete key")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/domains/%s/dkim", v->d->id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
