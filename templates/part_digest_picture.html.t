%args struct web_req *r, bool as_text
%include "ui.h"
% /* A small drawing of a digest: a page with messages and their buttons, or lines of text only. */
<svg class="thumb" viewBox="0 0 120 84" aria-hidden="true" focusable="false"><rect class="paper" x=".5" y=".5" width="119" height="83" rx="5"/>
% if (as_text) {
<path class="ink" d="M10 14h58M10 26h84M10 34h72M10 42h40M10 56h90M10 64h64M10 72h40"/>
% } else {
<path class="ink" d="M10 14h40M10 32h64M10 40h48M10 62h72M10 70h40"/><path class="edge" d="M10 21h100M10 51h100"/><rect class="on" x="84" y="29" width="26" height="11" rx="3"/><rect class="on" x="84" y="59" width="26" height="11" rx="3"/>
% }
</svg>
