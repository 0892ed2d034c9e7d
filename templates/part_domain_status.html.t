%args struct web_req *r, const struct pg_domain *d
%include "ui.h"
%include "pages/pg_domains.h"
% /* A01: the hover text, and the line below, name what is missing. */
% if (!d->active) {
%     t_part_badge(r, "", "clock", T("Suspended"));
% } else if (d->completed) {
%     t_part_badge(r, "ok", "check", T("Completed"));
% } else if (!d->looked) {
%     t_part_badge(r, "info", "hourglass", T("Being checked"));
% } else {
<span title="{{TF(T("To do: {list}"), "list", d->missing)}}">
%     t_part_badge(r, "warn", "triangle-alert", T("Configuration Required"));
</span> <span class="sub">{{TF(T("To do: {list}"), "list", d->missing)}}</span>
% }
