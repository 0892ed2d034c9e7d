%args struct web_req *r, const struct reason *reasons, int n, const char *kind
%include "reasons.h"
%include "ui.h"
% /* List of reasons of a message, inside a card. */
<div class="card-body"><ul class="facts">
% for (int i = 0; i < n; i++) {
<li><span class="tone-{{reasons[i].tone}}">
%     view_icon(out, reasons[i].icon, 18);
</span><div><b>
%     ui_sentence(r, out, reasons[i].text);
</b></div></li>
% }
% if (!n) {
<li><span class="tone-{{ui_kind(kind)->tone}}">
%     view_icon(out, ui_kind(kind)->icon, 18);
</span><div><b>{{reasons_first(r, NULL, kind)}}</b></div></li>
% }
</ul></div>
