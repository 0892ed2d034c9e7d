%args struct web_req *r
%include "../common/when.h"
%include "ui.h"
% /* What a sheet of paper says of itself besides its title (ux.md 4.14): of whom it is, who printed it and when, what was asked. */
% const char *name = r->session.name && *r->session.name ? r->session.name : r->session.address;
<div class="print-head"><p><b><bdi translate="no">{{r->session.org_name}}</bdi></b></p>
<p>{{TF(T("Printed by {name} on {time}, {zone}"), "name", name, "time", view_when_full(r, when_now()), "zone", ui_zone_name(r))}}</p>
% if (r->query && *r->query) {
<p class="print-query mono"><bdi translate="no">{{ui_here(r)}}</bdi></p>
% }
</div>
