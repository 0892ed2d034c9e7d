%args struct web_req *r, const struct pg_digest_sample *v
%include "ui.h"
%include "pages/pg_digest.h"
% t_layout_portal_begin(r, T("How your digest looks"), v->held);
<div class="crumbs-row">
% t_part_crumbs(r, v->back, T("Digest"), T("How your digest looks"));
</div>
<div class="head"><div class="head-text"><h1>{{T("How your digest looks")}}</h1><p>
% ui_sentence(r, out, TF(T("For {mailbox}, with examples: these messages do not exist, and the buttons do nothing here."), "mailbox", v->mailbox));
</p></div></div>
<article class="card">
<nav class="tabs" aria-label="{{T("Format")}}">
<a href="{{url: v->page_tab}}"{{? !v->as_text: aria-current="page"}}>{{T("Page and text")}}</a>
<a href="{{url: v->text_tab}}"{{? v->as_text: aria-current="page"}}>{{T("Text only")}}</a>
</nav>
<div class="msg-body">
% if (v->as_text) {
<pre class="msg-text" dir="auto">{{v->text}}</pre>
% } else {
<iframe class="mail-frame" sandbox="" loading="lazy" title="{{T("How your digest looks")}}" src="{{url: v->frame}}"></iframe>
% }
</div></article>
% t_layout_portal_end(r);
