%args struct web_req *r, const struct pg_quarantine_view *v
%include "pages/pg_quarantine.h"
% t_layout_portal_begin(r, T("Deleted"), v->held);
<div class="crumbs-row">
% t_part_crumbs(r, "/", T("Quarantine"), T("Deleted"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Deleted")}}</h1>
<p>{{T("Put back what you still need. After its date a message is gone for good.")}}</p></div></div>
<div class="card">
% if (v->n) {
%     t_quarantine_table(r, v);
% } else {
%     t_part_empty(r, &(struct ui_empty){"trash-2", "", T("Nothing is deleted"), T("Deleted messages stay here until their date."), "/", T("Back to the quarantine")});
% }
</div>
% t_layout_portal_end(r);
