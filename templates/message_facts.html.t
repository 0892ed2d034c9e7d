%args struct web_req *r, const struct pg_message_view *v
%include "pages/pg_message.h"
%include "pages/pg_held.h"
% /* Facts beside a message: one line and one detail each. */
<div class="card-body"><ul class="facts">
% for (int i = 0; i < v->nreasons; i++) {
%     const struct reason *one = &v->reasons[i];
<li><span class="tone-{{one->tone}}">
%     view_icon(out, one->icon, 18);
</span><div><b>
%     ui_sentence(r, out, one->text);
</b>
%     if (one->other) {
<dl class="pairs sub"><dt>{{T("You know")}}</dt><dd><bdi class="addr" dir="ltr" translate="no">{{one->other}}</bdi></dd>
<dt>{{T("This one")}}</dt><dd>
%         ui_lookalike(r, out, one->what, one->other);
</dd></dl>
%     }
</div></li>
% }
% if (!v->nreasons) {
<li><span class="tone-{{ui_kind(v->kind)->tone}}">
%     view_icon(out, ui_kind(v->kind)->icon, 18);
</span><div><b>{{reasons_first(r, NULL, v->kind)}}</b></div></li>
% }
% if (v->scan->nauth) {
<li><span class="tone-{{v->scan->auth[0].tone}}">
%     view_icon(out, v->scan->auth[0].icon, 18);
</span><div><b>{{T("Checks of the sender")}}</b><span class="sub">
%     for (int i = 0; i < v->scan->nauth; i++) {
%         const struct pg_auth *one = &v->scan->auth[i];
<span class="line-end">{{TF(T("{check}: {result}"), "check", one->method, "result", T(one->word))}}</span>
%     }
</span></div></li>
% }
% if (v->no_malware) {
<li><span class="tone-ok">
%     view_icon(out, "circle-check", 18);
</span><div><b>{{T("No malware found")}}</b>
%     if (v->p.nfiles) {
<span class="sub">{{TF(TN("{n} attachment checked", "{n} attachments checked", v->p.nfiles), "n", view_int(r, v->p.nfiles))}}</span>
%     }
</div></li>
% }
</ul></div>
