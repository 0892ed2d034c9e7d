%args struct web_req *r, const struct pg_dkim_new *v
%include "ui.h"
%include "pages/pg_dkim.h"
% const char *back = arena_printf(r->a, "/domains/%s/dkim", v->d->id);
% t_layout_admin_begin(r, T("New DKIM key"));
<div class="crumbs-row">
% t_part_crumbs(r, back, v->d->unicode ? v->d->unicode : v->d->name, T("New DKIM key"));
</div>
<div class="head"><div class="head-text"><h1>{{T("New DKIM key")}}</h1>
<p>{{T("The key is made here and never leaves the gateway. You get a record to publish in DNS.")}}</p></div></div>
<form class="card" method="post" action="{{url: arena_printf(r->a, "/domains/%s/keys", v->d->id)}}" novalidate>
% view_csrf(r, out);
<div class="card-form">
% if (v->no_engine) {
<p class="note warn" role="alert">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("The mail engine does not answer, so no key was made. Try again in a moment, or ask the operator to run sekisho doctor.")}}</span></p>
% }
% t_part_field(r, &(struct ui_field){.name = "kind", .label = T("Kind of key"), .type = "select", .value = v->kind, .options = v->kinds});
% t_part_field(r, &(struct ui_field){.name = "selector", .label = T("Selector"), .help = T("A name for the key, part of the record's name. Any one that this domain has not used yet."), .value = v->selector, .max = 63, .autocomplete = "off"});
</div>
<div class="card-foot"><button class="btn primary">{{T("Make the key")}}</button><a class="btn quiet" href="{{url: back}}">{{T("Cancel")}}</a></div>
</form>
% t_layout_admin_end(r);
