%args struct web_req *r, const struct pg_domain_delete *v
%include "ui.h"
%include "pages/pg_domains.h"
% const struct pg_domain *d = v->d;
% t_layout_admin_begin(r, TF(T("Delete {domain}?"), "domain", d->name));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/domains/%s/delete", d->id)}}" novalidate>
% view_csrf(r, out);
<h1 id="question">{{TF(T("Delete {domain}?"), "domain", d->name)}}</h1>
<p>{{T("Mail for this domain is refused from now on. Its inbound servers are deleted too. This cannot be undone.")}}</p>
% if (d->held > 0) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} message is still held for this domain. It stays in the quarantine until its date.", "{n} messages are still held for this domain. They stay in the quarantine until their date.", d->held), "n", view_int(r, d->held))}}</span></p>
% }
% t_part_field(r, &(struct ui_field){.name = "confirm", .label = TF(T("Type {domain} to confirm"), "domain", d->name), .value = v->typed, .max = 255, .autocomplete = "off"});
<div class="btns"><button class="btn danger primary">{{T("Delete domain")}}</button><a class="btn" data-cancel href="{{url: arena_printf(r->a, "/domains/%s", d->id)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
