%args struct web_req *r, const char *title
%include "ui.h"
% /* Sign-in, set-up, error pages: one narrow column, no navigation. */
% t_layout(r, title);
<body class="plain">
<a class="skip" href="#main">{{T("Skip to content")}}</a>
<header class="plain-top">
<a class="brand" href="/">
% t_part_mark(r);
<span>Sekisho</span></a>
% t_part_language(r);
</header>
<main id="main" tabindex="-1">
% t_part_flash(r);
% t_part_summary(r);
