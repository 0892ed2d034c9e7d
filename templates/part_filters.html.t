%args struct web_req *r, const struct ui_filter *f
%include "ui.h"
% /* What a list was narrowed to, in words, where nothing matches (ux.md 4.10). */
<div class="card-form"><dl class="pairs">
% for (; f->label; f++) {
%     if (f->typed && *f->typed) {
<dt>{{f->label}}</dt><dd><bdi class="addr" translate="no">{{f->typed}}</bdi></dd>
%     } else if (f->words && *f->words) {
<dt>{{f->label}}</dt><dd>{{f->words}}</dd>
%     }
% }
</dl></div>
