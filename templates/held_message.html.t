%args struct web_req *r, const struct pg_held_page *v
%include "pages/pg_held.h"
% const struct ui_kind *k = ui_kind(v->m.kind);
% bool deleted = !strcmp(v->m.state, "deleted") || !strcmp(v->m.state, "gone"), held = !strcmp(v->m.state, "held");
% const char *path = arena_printf(r->a, "/quarantine/%s", v->m.id);
% t_layout_admin_begin(r, TF(T("Message: {subject}"), "subject", v->m.subject));
<div class="crumbs-row">
<nav class="crumbs" aria-label="{{T("You are here")}}"><a href="{{url: v->back}}" data-key="u">{{T("Quarantine")}}</a>
% view_icon(out, "chevron-right", 16);
<span aria-current="page">{{T("Message")}}</span></nav>
<span class="btns"><a class="btn" href="{{url: arena_printf(r->a, "/tracking/%s", v->message_id)}}">
% view_icon(out, "route", 18);
{{T("Time line")}}</a>
% if (v->newer) {
<a class="btn" rel="prev" data-key="k" href="{{url: v->newer}}">
%     view_icon(out, "chevron-up", 16);
{{TC("message", "Previous")}}</a>
% }
% if (v->older) {
<a class="btn" rel="next" data-key="j" href="{{url: v->older}}">{{TC("message", "Next")}}
%     view_icon(out, "chevron-down", 16);
</a>
% }
</span></div>
<div class="columns"><article class="card">
<div class="msg-head"><h1 dir="auto"><bdi translate="no">{{v->m.subject}}</bdi></h1>
<div class="msg-from"><div class="who"><span class="avatar large" aria-hidden="true">{{ui_initials(r, v->m.sender_name, v->m.sender)}}</span>
<div>
% if (*v->m.sender_name) {
<b><bdi translate="no">{{v->m.sender_name}}</bdi></b> <span class="muted">
%     ui_address(r, out, v->m.sender);
</span>
% } else {
<b>
%     ui_address(r, out, v->m.sender);
</b>
% }
<br><small class="muted">
% ui_sentence(r, out, TF(T("to {mailbox}"), "mailbox", v->m.recipient));
</small></div></div>
<div class="when"><time datetime="{{view_iso(r, v->m.received_at)}}">{{view_when_full(r, v->m.received_at)}}</time><br>{{ui_zone_name(r)}}</div>
</div></div>
% if (*v->m.deleted) {
<div class="msg-note"><div class="note">
%     view_icon(out, "trash-2", 18);
<span>{{v->m.deleted}}</span></div></div>
% }
% if (held || deleted) {
%     if (v->may_act) {
<form class="actions" method="post" action="/quarantine/deliver">
%         view_csrf(r, out);
<input type="hidden" name="id" value="{{v->m.id}}"><input type="hidden" name="back" value="{{v->back}}">
%         if (deleted) {
<button class="btn primary" formaction="/quarantine/undelete">
%             view_icon(out, "rotate-ccw", 18);
{{T("Put back")}}</button>
%         } else {
%             if (k->user_delivers) {
<button class="btn primary" data-key="e">
%                 view_icon(out, "mail-check", 18);
{{T("Deliver")}}</button>
%             } else {
<button class="btn" data-key="e">
%                 view_icon(out, "mail-check", 18);
{{T("Deliver anyway")}}</button>
%             }
<button class="btn danger" formaction="/quarantine/delete" data-key="#">
%             view_icon(out, "trash-2", 18);
{{T("Delete")}}</button>
%         }
</form>
%     }
% } else {
<div class="actions">
%     t_part_state(r, v->m.state);
<span class="muted">
%     ui_sentence(r, out, v->acted);
</span></div>
% }
<nav class="tabs" aria-label="{{T("Views of this message")}}">
<a href="{{url: path}}"{{? !*v->tab: aria-current="page"}}>{{T("Text")}}</a>
<a href="{{url: view_path(r, path, "view", "links", NULL)}}"{{? !strcmp(v->tab, "links"): aria-current="page"}}>{{T("Links")}}
% if (v->p.nlinks) {
<span class="count">{{#v->p.nlinks}}</span>
% }
</a>
<a href="{{url: view_path(r, path, "view", "headers", NULL)}}"{{? !strcmp(v->tab, "headers"): aria-current="page"}}>{{T("Headers")}}</a>
<a href="{{url: view_path(r, path, "view", "parts", NULL)}}"{{? !strcmp(v->tab, "parts"): aria-current="page"}}>{{T("Parts")}}
% if (v->scan.nparts) {
<span class="count">{{#v->scan.nparts}}</span>
% }
</a>
</nav>
% if (!strcmp(v->tab, "parts")) {
%     t_part_parts(r, &v->scan);
% } else {
%     t_preview(r, &v->p, v->tab);
% }
</article>
<aside class="stackv" aria-label="{{T("Why it was held")}}">
<section class="card"><div class="verdict {{k->tone}}"><span class="tile">
% view_icon(out, k->icon, 20);
</span><div><h2>{{T(k->verdict)}}</h2>
<p>{{TF(T("Score {score}, limit {limit}"), "score", view_decimal(r, v->score, 1), "limit", view_decimal(r, v->threshold, 1))}}</p></div></div>
% t_part_reasons(r, v->reasons, v->nreasons, v->m.kind);
</section>
% t_part_auth(r, &v->scan);
% t_part_findings(r, &v->scan);
% t_preview_files(r, &v->p);
<section class="card card-body"><h2 class="vh">{{T("Details")}}</h2><dl class="pairs">
<dt>{{T("Held")}}</dt><dd>{{view_when_full(r, v->m.received_at)}}</dd>
<dt>{{T("Deleted on")}}</dt><dd>
% if (v->m.soon) {
<span class="soon">{{TF(T("{day}, {left}"), "day", view_day(r, v->m.expires_at), "left", v->m.left)}}</span>
% } else {
{{TF(T("{day}, {left}"), "day", view_day(r, v->m.expires_at), "left", v->m.left)}}
% }
</dd>
% if (*v->rule) {
<dt>{{T("Rule")}}</dt><dd>{{ui_rule(r, v->rule)}}</dd>
% }
<dt>{{T("Size")}}</dt><dd>{{view_bytes(r, v->bytes)}}</dd>
</dl></section>
<section class="card"><div class="card-head"><h2>{{T("Who looked at it")}}</h2></div><div class="card-body">
% if (v->nseen) {
<ul class="facts">
%     for (int i = 0; i < v->nseen; i++) {
<li>
%         view_icon(out, "eye", 18);
<div><b><bdi translate="no">{{v->seen[i].who}}</bdi></b><span class="sub"><time datetime="{{view_iso(r, v->seen[i].at)}}">{{view_when_full(r, v->seen[i].at)}}</time></span></div></li>
%     }
</ul>
% } else {
<p class="muted">{{T("Nobody before you.")}}</p>
% }
</div></section>
</aside></div>
% t_layout_admin_end(r);
