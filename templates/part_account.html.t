%args struct web_req *r
%include "ui.h"
% const char *name = r->session.name && *r->session.name ? r->session.name : r->session.address;
<details class="menu end" name="menu"><summary class="account" aria-label="{{TF(T("Account: {name}"), "name", name)}}">
<span class="avatar" aria-hidden="true">{{ui_initials(r, r->session.name, r->session.address)}}</span>
<span class="who-text"><b><bdi translate="no">{{name}}</bdi></b>
% if (strcmp(name, r->session.address)) {
<small class="muted"><bdi translate="no">{{r->session.address}}</bdi></small>
% }
</span>
% view_icon(out, "chevron-down", 16);
</summary><div class="pop">
<div class="who"><b><bdi translate="no">{{name}}</bdi></b><br><small class="muted"><bdi translate="no">{{r->session.address}}</bdi></small></div>
% if (r->surface == SURFACE_PORTAL) {
%     if (*r->session.mailboxes) {
<p class="pop-head">{{T("Other mailboxes")}}</p>
%         const char *next = r->session.mailboxes;
%         for (int i = 0; *next && i < 8; i++) {
%             size_t len = strcspn(next, "\n");
%             const char *box = arena_strndup(r->a, next, len);
<a href="{{url: view_path(r, "/", "mailbox", box, NULL)}}">
%             view_icon(out, "inbox", 18);
<bdi class="addr" translate="no">{{box}}</bdi></a>
%             next += len + (next[len] != '\0');
%         }
%         if (*next) {
<a href="/settings/mailboxes">{{T("All mailboxes")}}</a>
%         }
%     }
<a href="/settings">
%     view_icon(out, "settings", 18);
{{T("Settings")}}</a>
% } else {
<a href="/account">
%     view_icon(out, "settings", 18);
{{T("Your settings")}}</a>
<a href="{{url: view_path(r, "/keys", "back", ui_here(r), NULL)}}" data-confirm data-key="?">
%     view_icon(out, "circle-help", 18);
{{T("Keyboard shortcuts")}}</a>
% }
<form method="post" action="/signout">
% view_csrf(r, out);
<button>
% view_icon(out, "log-out", 18);
{{T("Sign out")}}</button></form>
</div></details>
