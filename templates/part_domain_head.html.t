%args struct web_req *r, const struct pg_domain *d, const char *tab, bool may_change
%include "ui.h"
%include "pages/pg_domains.h"
% const char *shown = d->unicode ? d->unicode : d->name;
<div class="crumbs-row">
% t_part_crumbs(r, "/domains", T("Domains"), shown);
</div>
<div class="head"><div class="head-text"><h1><bdi dir="ltr" translate="no">{{shown}}</bdi></h1>
% if (d->unicode) {
<p><bdi dir="ltr" class="mono" translate="no">{{d->name}}</bdi></p>
% }
<p>
% t_part_domain_status(r, d);
</p></div>
% if (may_change) {
<div class="btns"><a class="btn danger" data-confirm href="{{url: arena_printf(r->a, "/domains/%s/delete", d->id)}}">
%     view_icon(out, "trash-2", 18);
{{T("Delete domain")}}</a>
<form method="post" action="{{url: arena_printf(r->a, "/domains/%s/check", d->id)}}">
%     view_csrf(r, out);
<button class="btn primary">
%     view_icon(out, "refresh-cw", 18);
{{T("Check again")}}</button></form></div>
% }
</div>
% t_part_domain_tabs(r, d->id, tab);
