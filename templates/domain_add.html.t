%args struct web_req *r, const struct pg_domain_add *v
%include "ui.h"
%include "pages/pg_domains.h"
% t_layout_admin_begin(r, T("Add a domain"));
<div class="crumbs-row">
% t_part_crumbs(r, "/domains", T("Domains"), T("Add a domain"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Add a domain")}}</h1></div></div>
<form class="card" method="post" action="/domains/add" novalidate>
% view_csrf(r, out);
<div class="card-form">
% t_part_field(r, &(struct ui_field){.name = "name", .label = T("Domain"), .help = T("The part behind the @. Names in any script are fine."), .value = v->name, .max = 255, .placeholder = "example.com", .autocomplete = "off", .inputmode = "url", .autofocus = !ui_has_errors(r)});
% t_part_field(r, &(struct ui_field){.name = "server", .label = T("Mail server behind Sekisho"), .help = T("Checked mail is handed to this server. Port 25 unless you add another."), .value = v->server, .max = 300, .placeholder = "mail.example.com:25", .autocomplete = "off", .inputmode = "url"});
</div>
<div class="card-foot"><button class="btn primary">{{T("Add the domain")}}</button><a class="btn quiet" href="/domains">{{T("Cancel")}}</a></div>
</form>
% t_layout_admin_end(r);
