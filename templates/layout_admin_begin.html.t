%args struct web_req *r, const char *title
%include "ui.h"
% t_layout(r, title);
<body class="admin"
% if (r->session.shortcuts) {
 data-keys="{{view_asset("keys.js")}}"
% }
>
% t_part_skips(r);
<div class="side">
% t_part_admin_nav(r, T("Main menu"));
</div>
<header class="top"><div class="top-in">
<a class="btn menu-link" href="/menu">
% view_icon(out, "menu", 18);
{{T("Menu")}}</a>
<form class="search" role="search" method="get" action="/tracking">
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" aria-label="{{T("Search mail by address, subject or ID")}}" placeholder="{{T("Search mail by address, subject or ID")}}" data-search></form>
<div class="top-end">
<span class="zone">
% view_icon(out, "clock", 16);
{{ui_zone_name(r)}}</span>
% t_part_language(r);
% t_part_account(r);
</div>
</div></header>
% t_part_print_head(r);
<main id="main" tabindex="-1">
% t_part_flash(r);
% t_part_summary(r);
