%args struct web_req *r, const char *now
%include "ui.h"
%include "pages/pg_version.h"
% /* Which version of the settings this form shows; what to do when it is not the last one any more. */
% const char *version = pg_version(r, now);
<input type="hidden" name="version" value="{{version}}">
% if (ui_error_of(r, "version")) {
<p class="note warn" id="f-version" tabindex="-1">
%     view_icon(out, "triangle-alert", 18);
<span>{{ui_error_of(r, "version")}} <a href="{{url: r->path}}">{{T("Show what is saved now")}}</a></span></p>
% }
