%args struct web_req *r, const struct pg_tls_form *v
%include "ui.h"
%include "pages/pg_tls.h"
% const char *title = v->id ? T("Change a TLS peer") : v->inbound ? T("Add a TLS peer for incoming mail") : T("Add a TLS peer for outgoing mail");
% t_layout_admin_begin(r, title);
<div class="crumbs-row">
% t_part_crumbs(r, "/tls", T("TLS peers"), title);
</div>
<div class="head"><div class="head-text"><h1>{{title}}</h1></div>
% if (v->id) {
<div class="btns"><a class="btn danger" data-confirm href="{{url: arena_printf(r->a, "/tls/%s/delete", v->id)}}">
%     view_icon(out, "trash-2", 18);
{{T("Delete")}}</a></div>
% }
</div>
<div class="stackv">
% if (v->inbound && v->no_certificate) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("This gateway has no TLS certificate, so nobody can send mail to it encrypted. Set tls_certificate and tls_key before you ask for it.")}}</span></p>
% }
<form class="card" method="post" action="{{url: v->id ? arena_printf(r->a, "/tls/%s", v->id) : "/tls/add"}}" novalidate>
% view_csrf(r, out);
% if (v->id) {
%     t_part_version(r, v->version);
% }
<div class="card-form">
% if (v->id) {
<dl class="pairs">
<dt>{{T("Direction")}}</dt><dd>{{v->inbound ? T("Incoming") : T("Outgoing")}}</dd>
<dt>{{T("Your domain")}}</dt><dd><bdi>{{*v->domain ? v->domain : T("All other domains")}}</bdi></dd>
<dt>{{T("Peer")}}</dt><dd><bdi>{{strcmp(v->peer, "*") ? v->peer : T("All other peers")}}</bdi></dd>
</dl>
% } else {
<input type="hidden" name="direction" value="{{v->inbound ? "in" : "out"}}">
%     t_part_field(r, &(struct ui_field){.name = "domain", .label = T("Your domain"), .help = T("The entries of a domain come before those for all other domains."), .type = "select", .value = v->domain_id, .options = v->domains});
%     t_part_field(r, &(struct ui_field){.name = "peer", .label = T("Peer"), .help = v->inbound ? T("The domain in the sender's address, such as example.com. * stands for all other peers.") : T("The domain in the recipient's address, such as example.com. * stands for all other peers."), .value = v->peer, .max = 255, .placeholder = "example.com", .autocomplete = "off", .inputmode = "url", .autofocus = !ui_has_errors(r)});
% }
% t_part_field(r, &(struct ui_field){.name = "level", .label = T("Encryption"), .help = v->inbound ? T("Always: mail that comes in the clear is refused, and the sender is told why.") : T("Always: mail waits in the queue until the other side can, and goes back to the sender after 5 days."), .type = "select", .value = v->level, .options = pg_tls_levels(r, v->inbound)});
% t_part_field(r, &(struct ui_field){.name = "min_version", .label = T("Oldest version"), .help = T("Older versions than TLS 1.2 are broken and are never used here."), .type = "select", .value = v->min_version, .options = pg_tls_versions(r)});
% t_part_field(r, &(struct ui_field){.name = "active", .label = T("This entry counts"), .help = T("When it is off, the entry for all other peers counts."), .type = "checkbox", .checked = v->active});
</div>
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button><a class="btn quiet" href="/tls">{{T("Cancel")}}</a></div>
</form>
</div>
% t_layout_admin_end(r);
