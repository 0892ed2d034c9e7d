%args struct web_req *r, const struct pg_scan *s
%include "pages/pg_held.h"
% /* Tree of parts with their hashes. */
<div class="msg-body">
% if (!s->nparts) {
<p class="muted">{{T("This message has no attachments.")}}</p>
% } else {
<ul class="files">
%     for (int i = 0; i < s->nparts; i++) {
%         const struct pg_part *p = &s->parts[i];
<li><span class="tile">
%         view_icon(out, "file", 18);
</span><div><b><bdi class="addr" translate="no">{{*p->name ? p->name : p->type}}</bdi></b>
<span class="sub"><span class="mono">{{p->id}}</span> · <bdi translate="no">{{p->type}}</bdi>
%         if (*p->true_type && strcmp(p->true_type, p->type)) {
 · {{TF(T("really {type}"), "type", p->true_type)}}
%         }
 · {{view_bytes(r, p->bytes)}}</span>
<bdi class="sub mono addr" translate="no">{{TF(T("SHA-256 {hash}"), "hash", p->sha256)}}</bdi></div>
%         if (p->opened) {
%             t_part_badge(r, "ok", "lock", T("Opened with a password"));
%         } else if (p->encrypted) {
%             t_part_badge(r, "violet", "lock", T("Encrypted"));
%         }
</li>
%     }
</ul>
% }
</div>
