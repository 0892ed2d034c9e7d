%args struct web_req *r, const struct preview *p
%include "pages/pg_message.h"
% /* Text of a mail: dead links with their real host, pictures as boxes. */
% bool open = false; /* inside <p> */
<div class="msg-text" dir="auto">
% for (int i = 0; i < p->nblocks; i++) {
%     const struct preview_block *b = &p->blocks[i];
%     bool inside = b->kind == BLOCK_TEXT || b->kind == BLOCK_LINK;
%     if (inside && !open) {
<p>
%     }
%     if (!inside && open) {
</p>
%     }
%     open = inside;
%     if (b->kind == BLOCK_TEXT) {
<span class="t">{{b->text}}</span>
%     } else if (b->kind == BLOCK_IMAGE) {
<div class="picture">
%         view_icon(out, "image-off", 18);
%         if (*b->host) {
<span>
%             ui_sentence(r, out, TF(T("Picture not loaded: {name} from {host}"), "name", b->text, "host", b->host));
</span>
%         } else {
<span>{{TF(T("Picture not loaded: {name}"), "name", b->text)}}</span>
%         }
</div>
%     } else if (b->kind == BLOCK_LINK && b->differs) {
<bdi class="dead danger" title="{{b->url}}">
%         view_icon(out, "unlink", 16);
<span>
%         ui_sentence(r, out, TF(T("“{label}” really opens {host}"), "label", b->text, "host", b->host));
</span></bdi>
%     } else if (b->kind == BLOCK_LINK) {
<bdi class="dead" title="{{b->url}}">
%         view_icon(out, "unlink", 16);
%         if (*b->text && strcmp(b->text, b->url)) {
<span>{{b->text}} (<b>
%             ui_address(r, out, b->host);
</b>)</span>
%         } else {
<span>{{b->url}}</span>
%         }
</bdi>
%     }
% }
% if (open) {
</p>
% }
</div>
% if (p->partial) {
<p class="note">
%     view_icon(out, "info", 18);
<span>{{T("This message is too large to be shown here as a whole. This is its beginning.")}}</span></p>
% } else if (p->truncated) {
<p class="note">
%     view_icon(out, "info", 18);
<span>{{T("This message is long. Only its beginning is shown.")}}</span></p>
% }
