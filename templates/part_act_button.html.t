%args struct web_req *r, const char *act, int64_t n
%include "ui.h"
% if (!strcmp(act, "deliver")) {
<button class="btn primary">
%     view_icon(out, "mail-check", 18);
{{TF(TN("Deliver {n} message", "Deliver {n} messages", n), "n", view_int(r, n))}}</button>
% } else if (!strcmp(act, "allow")) {
<button class="btn primary">
%     view_icon(out, "mail-check", 18);
{{T("Deliver and allow sender")}}</button>
% } else if (!strcmp(act, "block")) {
<button class="btn danger primary">
%     view_icon(out, "ban", 18);
{{T("Delete and block sender")}}</button>
% } else if (!strcmp(act, "report")) {
<button class="btn primary">
%     view_icon(out, "flag", 18);
{{T("Report")}}</button>
% } else {
<button class="btn primary">
%     view_icon(out, "mail", 18);
{{T("Ask an admin to deliver")}}</button>
% }
