%args struct web_req *r, const struct preview *p, const char *view
%include "pages/pg_message.h"
% /* Body of the message card, for portal and admin; view: "", "links" or "headers". */
<div class="msg-body">
% if (p->problem) {
<div class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{p->problem}}</span></div>
% } else if (!p->found) {
<div class="note">
%     view_icon(out, "info", 18);
<span>{{T("The content of this message is no longer stored.")}}</span></div>
% } else if (!strcmp(view, "links")) {
%     if (p->nlinks) {
<p class="help">{{T("Links do not open here. Check the host before you trust one.")}} {{T("What was found about them was found when the message arrived.")}}</p>
<ul class="files">
%         for (int i = 0; i < p->nlinks; i++) {
<li><span class="tile">
%             view_icon(out, "unlink", 18);
</span><div><b>
%             ui_address(r, out, p->links[i].host);
</b>
%             if (*p->links[i].text && strcmp(p->links[i].text, p->links[i].url)) {
<span class="sub">{{TF(T("Text of the link: {text}"), "text", p->links[i].text)}}</span>
%             }
<bdi class="sub mono addr" translate="no">{{p->links[i].url}}</bdi></div>
%             if (p->links[i].differs) {
%                 t_part_badge(r, "danger", "triangle-alert", T("Text names another site"));
%             }
%             if (p->links[i].verdict) {
%                 t_part_badge(r, p->links[i].tone, "triangle-alert", p->links[i].verdict);
%             }
</li>
%         }
</ul>
%     } else {
<p class="muted">{{T("This message has no links.")}}</p>
%     }
% } else if (!strcmp(view, "headers")) {
<p><button class="btn" type="button" hidden data-copy="headers" data-done="{{T("Copied")}}">
%     view_icon(out, "copy", 18);
<span>{{T("Copy the headers")}}</span></button></p>
<table class="headers"><caption class="vh">{{T("Headers")}}</caption><tbody id="headers">
%     for (int i = 0; i < p->nheaders; i++) {
<tr><th scope="row"><bdi translate="no">{{p->headers[i].name}}</bdi>: </th><td><bdi translate="no">{{p->headers[i].value}}</bdi></td></tr>
%     }
</tbody></table>
% } else {
<div class="note">
%     view_icon(out, "shield-check", 18);
<span>{{T("Safe view: links do not open, pictures are not loaded, and the sender cannot see that you read this.")}}</span></div>
%     if (p->nblocks || p->partial) {
%         t_preview_text(r, p);
%     } else {
<p class="muted msg-text">{{T("This message has no text.")}}</p>
%     }
% }
</div>
