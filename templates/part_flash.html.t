%args struct web_req *r
%include "ui.h"
% /* The region exists from the start, so that screen readers hear what appears in it. */
% struct ui_flash f = ui_flash_read(r);
<div class="bar-place" {{? !f.error: role="status"}}{{? f.error: role="alert"}}>
% if (f.text) {
%     if (f.error) {
<div class="bar error-bar" tabindex="-1" data-focus>
%         view_icon(out, "triangle-alert", 18);
%     } else {
<div class="bar">
%         view_icon(out, "check", 18);
%     }
<p>
%     ui_sentence(r, out, f.text);
</p>
%     if (f.undo_path) {
<form method="post" action="{{url: f.undo_path}}">
%         view_csrf(r, out);
<input type="hidden" name="back" value="{{ui_here(r)}}">
%         for (int i = 0; i < f.nundo; i++) {
<input type="hidden" name="id" value="{{f.undo_ids[i]}}">
%         }
<button class="btn" data-key="z">{{strcmp(f.undo_path, "/requests/withdraw") ? T("Undo") : T("Withdraw")}}</button></form>
%     }
<button class="btn icon" type="button" hidden data-close aria-label="{{T("Close this message")}}" title="{{T("Close this message")}}">
%     view_icon(out, "x", 18);
</button>
</div>
% }
</div>
