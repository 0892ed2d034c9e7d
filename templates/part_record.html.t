%args struct web_req *r, const char *id, const char *label, const char *text, const char *fresh, bool copy
%include "ui.h"
% /* Text to be copied into somebody else's form; fresh: the part of it that is new, or NULL. */
% size_t at = 0, len = fresh ? strlen(fresh) : 0;
% const char *hit = len ? strstr(text, fresh) : NULL;
% if (hit) at = (size_t)(hit - text);
<div class="record"><p class="record-label" id="l-{{id}}">{{label}}</p><div class="record-in">
% if (hit) {
<pre id="{{id}}" dir="ltr" tabindex="0" aria-labelledby="l-{{id}}">{{arena_strndup(r->a, text, at)}}<mark>{{fresh}}</mark>{{hit + len}}</pre>
% } else {
<pre id="{{id}}" dir="ltr" tabindex="0" aria-labelledby="l-{{id}}">{{text}}</pre>
% }
% if (copy) {
<button class="btn" type="button" hidden data-copy="{{id}}" data-done="{{T("Copied")}}" aria-describedby="l-{{id}}">
%     view_icon(out, "copy", 16);
<span>{{T("Copy")}}</span></button>
% }
</div></div>
