%args struct web_req *r, const struct preview *p, const char *path
%include "pages/pg_message.h"
% /* The formatted view: a frame without script, origin and network (pg_formatted.c). */
<div class="msg-body">
% if (p->problem) {
<div class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{p->problem}}</span></div>
% } else if (!p->html) {
<p class="muted">{{T("This message has no formatted text.")}}</p>
% } else {
<div class="note">
%     view_icon(out, "shield-check", 18);
<span>{{T("Safe view: links do not open, pictures are not loaded, and the sender cannot see that you read this.")}}</span></div>
<iframe class="mail-frame" sandbox="" loading="lazy" title="{{T("The formatted message")}}" src="{{url: path}}"></iframe>
% }
</div>
