%args struct web_req *r, const struct preview *p
%include "pages/pg_message.h"
% if (p->found && p->nfiles) {
<section class="card"><div class="card-head"><h2>{{T("Attachments")}}</h2><small class="muted">{{T("Not opened here")}}</small></div>
<div class="card-body"><ul class="files">
%     for (int i = 0; i < p->nfiles; i++) {
%         const struct preview_file *f = &p->files[i];
<li><span class="tile">
%         view_icon(out, f->icon, 18);
</span><div><b><bdi class="addr" translate="no">{{f->name}}</bdi></b><span class="sub">{{view_bytes(r, f->bytes)}}, {{f->word}}</span>
%         if (f->verdict) {
%             t_part_badge(r, f->tone, f->badge, f->verdict);
%         }
%         if (f->sha256 && *f->sha256) {
<details class="sub"><summary>{{T("Fingerprint")}}</summary><bdi class="mono addr" dir="ltr" translate="no">{{TF(T("SHA-256 {hash}"), "hash", f->sha256)}}</bdi></details>
%         }
</div></li>
%     }
</ul></div></section>
% }
