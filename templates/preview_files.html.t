%args struct web_req *r, const struct preview *p
%include "pages/pg_message.h"
% if (p->found && p->nfiles) {
<section class="card"><div class="card-head"><h2>{{T("Attachments")}}</h2><small class="muted">{{T("Not opened here")}}</small></div>
<div class="card-body"><ul class="files">
%     for (int i = 0; i < p->nfiles; i++) {
<li><span class="tile">
%         view_icon(out, p->files[i].icon, 18);
</span><div><b><bdi class="addr">{{p->files[i].name}}</bdi></b><span class="sub">{{view_bytes(r, p->files[i].bytes)}}, {{p->files[i].word}}</span></div></li>
%     }
</ul></div></section>
% }
