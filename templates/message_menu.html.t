%args struct web_req *r, const struct pg_message_view *v
%include "pages/pg_message.h"
%include "rights.h"
% /* What is done less often with a message, in a menu at the end of the row of actions; opens without script. */
% if (v->held || v->sender) {
<details class="menu end more" name="menu"><summary class="btn" aria-label="{{T("More actions")}}" title="{{T("More actions")}}">
%     view_icon(out, "ellipsis", 18);
</summary><div class="pop">
%     if (v->held) {
%         t_part_message_more(r, v->may);
%     }
%     if (v->sender) {
<button class="btn" form="sender" name="list" value="approved">
%         view_icon(out, "user-check", 18);
{{T("Allow this sender")}}</button>
<button class="btn" form="sender" name="list" value="blocked">
%         view_icon(out, "ban", 18);
{{T("Block this sender")}}</button>
%     }
</div></details>
% }
