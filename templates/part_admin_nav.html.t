%args struct web_req *r, const char *label
%include "ui.h"
% /* Only entries whose page exists. Shown at the side, and on phones by the page /menu. */
<nav aria-label="{{label}}">
<a class="brand" href="/">
% t_part_mark(r);
<span>Sekisho</span></a>
% if (r->session.org_name && *r->session.org_name) {
<div class="scope"><span class="avatar" aria-hidden="true">{{ui_initials(r, r->session.org_name, "")}}</span>
<div><b>{{r->session.org_name}}</b><small class="muted">{{T("All domains")}}</small></div></div>
% }
<div class="nav-group">
% t_part_nav_link(r, &(struct ui_nav){"domains", "/domains", "globe", T("Domains"), -1});
</div>
<div class="nav-group"><h2>{{T("Protection")}}</h2>
% t_part_nav_link(r, &(struct ui_nav){"connection", "/connection", "server", T("Connection"), -1});
% t_part_nav_link(r, &(struct ui_nav){"tls", "/tls", "lock", T("TLS peers"), -1});
% t_part_nav_link(r, &(struct ui_nav){"suspended", "/suspended", "ban", T("Suspended sources"), -1});
% t_part_nav_link(r, &(struct ui_nav){"authentication", "/authentication", "badge-alert", T("Sender authentication"), -1});
% t_part_nav_link(r, &(struct ui_nav){"spam", "/spam", "shield-alert", T("Spam and phishing"), -1});
% t_part_nav_link(r, &(struct ui_nav){"reputation", "/reputation", "link", T("Web reputation"), -1});
% t_part_nav_link(r, &(struct ui_nav){"passwords", "/file-passwords", "lock", T("Passwords of files"), -1});
</div>
<div class="nav-group"><h2>{{T("Mail")}}</h2>
% t_part_nav_link(r, &(struct ui_nav){"quarantine", "/quarantine", "inbox", T("Quarantine"), -1});
% t_part_nav_link(r, &(struct ui_nav){"digest", "/digest", "mail", T("Digests"), -1});
% t_part_nav_link(r, &(struct ui_nav){"senders", "/senders", "user-check", T("Sender lists"), -1});
% t_part_nav_link(r, &(struct ui_nav){"tracking", "/tracking", "route", T("Message tracking"), -1});
</div>
<div class="nav-group"><h2>{{T("Insight")}}</h2>
% t_part_nav_link(r, &(struct ui_nav){"audit", "/audit", "scroll-text", T("Audit log"), -1});
</div>
<div class="nav-group"><h2>{{T("Manage")}}</h2>
% t_part_nav_link(r, &(struct ui_nav){"users", "/users", "users", T("Users"), -1});
% t_part_nav_link(r, &(struct ui_nav){"help-desk", "/help-desk", "circle-help", T("Help desk"), -1});
</div>
</nav>
