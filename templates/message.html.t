%args struct web_req *r, const struct pg_message_view *v
%include "pages/pg_message.h"
%include "rights.h"
% const struct ui_kind *k = ui_kind(v->kind);
% bool soon = false;
% const char *left = ui_days_left(r, v->expires, &soon);
% t_layout_portal_begin(r, TF(T("Message: {subject}"), "subject", v->subject), v->held_count);
<div class="crumbs-row">
<nav class="crumbs" aria-label="{{T("You are here")}}"><a href="{{url: v->back}}" data-key="u">
% if (v->deleted) {
{{T("Deleted")}}
% } else {
{{T("Quarantine")}}
% }
</a>
% view_icon(out, "chevron-right", 16);
<span aria-current="page">{{T("Message")}}</span></nav>
<span class="btns">
% if (v->place) {
<span class="muted">{{v->place}}</span>
% }
% if (v->newer) {
<a class="btn" rel="prev" data-key="k" href="{{url: v->newer}}">
%     view_icon(out, "chevron-up", 16);
{{TC("message", "Previous")}} <kbd data-keys-help hidden>K</kbd></a>
% }
% if (v->older) {
<a class="btn" rel="next" data-key="j" href="{{url: v->older}}">{{TC("message", "Next")}}
%     view_icon(out, "chevron-down", 16);
<kbd data-keys-help hidden>J</kbd></a>
% }
</span></div>
<div class="columns"><article class="card">
<div class="msg-head"><h1 dir="auto"><bdi translate="no">{{v->subject}}</bdi></h1>
<div class="msg-from"><div class="who"><span class="avatar large" aria-hidden="true">{{ui_initials(r, v->from_name, v->from_address)}}</span>
<div>
% if (*v->from_name) {
<b><bdi translate="no">{{v->from_name}}</bdi></b> <span class="muted">
%     ui_address(r, out, v->from_address);
</span>
% } else {
<b>
%     ui_address(r, out, v->from_address);
</b>
% }
<br><small class="muted">
% ui_sentence(r, out, TF(T("to {mailbox}"), "mailbox", v->mailbox));
</small></div></div>
<div class="when"><time datetime="{{view_iso(r, v->received)}}">{{view_when_full(r, v->received)}}</time><br>{{ui_zone_name(r)}}</div>
</div></div>
% if (v->acted) {
<div class="msg-note"><div class="note">
%     view_icon(out, "info", 18);
<span>
%     ui_sentence(r, out, v->acted);
</span></div></div>
% }
% if (v->held || v->deleted) {
<form class="actions sticky" method="post" action="/deliver">
%     view_csrf(r, out);
<input type="hidden" name="one" value="{{v->id}}"><input type="hidden" name="back" value="{{v->back}}">
%     if (v->deleted) {
<button class="btn primary" formaction="/undelete">
%         view_icon(out, "rotate-ccw", 18);
{{T("Put back")}}</button>
%     } else {
%         if (v->can_deliver) {
<button class="btn primary" data-key="e">
%             view_icon(out, "mail-check", 18);
{{T("Deliver to inbox")}}</button>
%         } else if (v->may & RIGHT_ASK) {
<button class="btn primary" formaction="/confirm" name="do" value="ask" data-key="e">
%             view_icon(out, "mail", 18);
{{T("Ask an admin to deliver")}}</button>
%         } else {
<span class="muted">
%             view_icon(out, "lock", 16);
{{T("Only an admin can deliver this message")}}</span>
%         }
%         if (v->may & RIGHT_DELETE) {
<button class="btn danger" formaction="/delete" data-key="#" title="{{T("Delete")}}">
%             view_icon(out, "trash-2", 18);
<span>{{T("Delete")}}</span></button>
%         }
%     }
%     t_message_menu(r, v);
</form>
% } else {
<div class="actions"><span class="muted">
%     if (!strcmp(v->state, "delivered")) {
{{TF(T("Delivered {when}"), "when", view_when(r, v->state_at))}}
%     } else if (!strcmp(v->state, "purged") || !strcmp(v->state, "gone")) {
{{T("This message is gone for good.")}}
%     } else {
{{T("On its way to your inbox.")}}
%     }
</span>
%     t_message_menu(r, v);
</div>
% }
% if (v->sender) {
<form id="sender" method="post" action="/senders/add">
%     view_csrf(r, out);
<input type="hidden" name="sender" value="{{v->sender}}"><input type="hidden" name="target" value="{{v->mailbox}}"><input type="hidden" name="back" value="{{v->here}}"></form>
% }
<nav class="tabs" aria-label="{{T("Views of this message")}}">
<a href="{{url: v->text_tab}}"{{? !*v->view: aria-current="page"}}>{{T("Text")}}</a>
% if (v->formatted_tab) {
<a href="{{url: v->formatted_tab}}"{{? !strcmp(v->view, "formatted"): aria-current="page"}}>{{T("Formatted")}}</a>
% }
<a href="{{url: v->links_tab}}"{{? !strcmp(v->view, "links"): aria-current="page"}}>{{T("Links")}}
% if (v->p.nlinks) {
<span class="count">{{#v->p.nlinks}}</span>
% }
</a>
<a href="{{url: v->headers_tab}}"{{? !strcmp(v->view, "headers"): aria-current="page"}}>{{T("Headers")}}</a>
</nav>
% if (!strcmp(v->view, "formatted")) {
%     t_preview_frame(r, &v->p, v->frame);
% } else {
%     t_preview(r, &v->p, v->view);
% }
</article>
<aside class="stackv" aria-label="{{T("Why it was held")}}">
<section class="card"><div class="verdict {{k->tone}}"><span class="tile">
% view_icon(out, k->icon, 20);
</span><div><h2>{{T(k->verdict)}}</h2>
<p>
% if (v->may & RIGHT_DELIVER) {
{{T("You can deliver it if you know the sender.")}}
% } else if (v->may & RIGHT_ASK) {
{{T("If you need it, ask an admin to deliver it.")}}
% } else {
{{T("Only an admin can deliver this message.")}}
% }
</p></div></div>
% t_message_facts(r, v);
</section>
% t_preview_files(r, &v->p);
% if (v->download) {
<p><a class="btn" href="{{url: v->download}}">
%     view_icon(out, "download", 18);
{{T("Download this message")}}</a></p>
% }
<section class="card card-body"><h2 class="vh">{{T("Details")}}</h2><dl class="pairs">
<dt>{{T("Held")}}</dt><dd>{{view_when(r, v->received)}}</dd>
<dt>{{T("Deleted on")}}</dt><dd>
% if (soon) {
<span class="soon">{{TF(T("{day}, {left}"), "day", view_day(r, v->expires), "left", left)}}</span>
% } else {
{{TF(T("{day}, {left}"), "day", view_day(r, v->expires), "left", left)}}
% }
</dd>
% if (*v->rule) {
<dt>{{T("Rule")}}</dt><dd>{{ui_rule(r, v->rule)}}</dd>
% }
</dl></section>
<details class="card tech"><summary>{{T("Technical details")}}</summary>
<div class="card-body"><p class="muted">{{TF(T("Score {score}, limit {limit}"), "score", view_decimal(r, v->score, 1), "limit", view_decimal(r, v->threshold, 1))}}</p></div>
% t_part_findings(r, v->scan);
</details>
</aside></div>
% t_layout_portal_end(r);
