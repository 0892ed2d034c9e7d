%args struct web_req *r, const struct preview *p
%include "pages/pg_message.h"
% /* Text of a mail: dead links with their real host, pictures as boxes. */
<div class="msg-text" dir="auto"><p>
% for (int i = 0; i < p->nblocks; i++) {
%     const struct preview_block *b = &p->blocks[i];
%     if (b->kind == BLOCK_TEXT) {
{{b->text}}
%     } else if (b->kind == BLOCK_BREAK) {
</p><p>
%     } else if (b->kind == BLOCK_IMAGE) {
</p><div class="picture">
%         view_icon(out, "image-off", 18);
%         if (*b->host) {
<span>{{TF(T("Picture not loaded: {name} from {host}"), "name", b->text, "host", b->host)}}</span>
%         } else {
<span>{{TF(T("Picture not loaded: {name}"), "name", b->text)}}</span>
%         }
</div><p>
%     } else if (b->differs) {
<bdi class="dead danger" title="{{b->url}}">
%         view_icon(out, "unlink", 16);
<span>{{TF(T("“{label}” really opens {host}"), "label", b->text, "host", b->host)}}</span></bdi>
%     } else {
<bdi class="dead" title="{{b->url}}">
%         view_icon(out, "unlink", 16);
%         if (*b->text && strcmp(b->text, b->url)) {
<span>{{b->text}} (<b>{{b->host}}</b>)</span>
%         } else {
<span>{{b->url}}</span>
%         }
</bdi>
%     }
% }
</p></div>
% if (p->truncated) {
<p class="note">
%     view_icon(out, "info", 18);
<span>{{T("This message is long. Only its beginning is shown.")}}</span></p>
% }
