%args struct web_req *r, const char *title, int64_t held
%include "ui.h"
% /* held: number beside "Quarantine", -1 = not known. */
% t_layout(r, title);
<body class="portal"
% if (r->session.shortcuts) {
 data-keys="{{view_asset("keys.js")}}"
% }
>
% t_part_skips(r);
<header class="top"><div class="top-in">
<a class="brand" href="/">
% t_part_mark(r);
<span>Sekisho
% if (*r->session.org_name) {
<small class="org muted"><bdi translate="no">{{r->session.org_name}}</bdi></small>
% }
</span></a>
<nav class="tabs-top" aria-label="{{T("Main menu")}}">
% t_part_tab(r, &(struct ui_nav){"quarantine", "/", "inbox", T("Quarantine"), held});
% t_part_tab(r, &(struct ui_nav){"senders", "/senders", "user-check", T("Sender lists"), -1});
% t_part_tab(r, &(struct ui_nav){"history", "/history", "route", T("Delivery history"), -1});
% t_part_tab(r, &(struct ui_nav){"settings", "/settings", "settings", T("Settings"), -1});
</nav>
<div class="top-end">
% t_part_language(r);
% t_part_account(r);
</div>
</div></header>
% t_part_print_head(r);
<main id="main" tabindex="-1">
% t_part_flash(r);
% t_part_zone(r);
% t_part_summary(r);
