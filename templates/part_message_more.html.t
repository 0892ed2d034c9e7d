%args struct web_req *r, unsigned may
%include "ui.h"
%include "rights.h"
% /* Buttons of a form about held mail that lead to a page which says what will happen. may: RIGHT_ bits. */
% if ((may & RIGHT_DELIVER) && (may & RIGHT_APPROVE)) {
<button class="btn" formaction="/confirm" name="do" value="allow">
%     view_icon(out, "user-check", 18);
{{T("Deliver and allow sender")}}</button>
% }
% if ((may & RIGHT_DELETE) && (may & RIGHT_BLOCK)) {
<button class="btn" formaction="/confirm" name="do" value="block" data-key="b">
%     view_icon(out, "ban", 18);
{{T("Delete and block sender")}}</button>
% }
<button class="btn" formaction="/confirm" name="do" value="report" data-key="!">
% view_icon(out, "flag", 18);
{{T("Report")}}</button>
