%args struct web_req *r, const struct pg_settings_view *v
%include "pages/pg_settings.h"
%include "ui.h"
% const struct ui_option themes[] = {{"system", T("As on this device"), NULL}, {"light", T("Light"), NULL}, {"dark", T("Dark"), NULL}, {NULL, NULL, NULL}};
% const struct ui_option sizes[] = {{"10", view_int(r, 10), NULL}, {"25", view_int(r, 25), NULL}, {"50", view_int(r, 50), NULL}, {"100", view_int(r, 100), NULL}, {NULL, NULL, NULL}};
% t_layout_portal_begin(r, T("Settings"), v->held);
<div class="head"><div class="head-text"><h1>{{T("Settings")}}</h1><p>{{T("Language and display")}}</p></div></div>
<form class="card" method="post" action="/settings" novalidate>
% view_csrf(r, out);
<div class="card-form fields">
% t_part_field(r, &(struct ui_field){.name = "lang", .label = T("Language"), .type = "select", .value = v->lang, .options = ui_languages(r)});
% t_part_field(r, &(struct ui_field){.name = "tz", .label = T("Time zone"), .help = TF(T("It is {time} there now."), "time", view_when_full(r, v->now)), .type = "select", .value = v->tz, .options = ui_zones(r, v->tz)});
% t_part_field(r, &(struct ui_field){.name = "theme", .label = T("Colours"), .type = "select", .value = v->theme, .options = themes});
% t_part_field(r, &(struct ui_field){.name = "page_size", .label = T("Messages on a page"), .type = "select", .value = arena_printf(r->a, "%d", v->page_size), .options = sizes});
% t_part_field(r, &(struct ui_field){.name = "shortcuts", .label = T("Single-key shortcuts"), .help = T("J and K move, X selects, E delivers, # deletes. Turn them off when they get in the way of speech input."), .type = "checkbox", .checked = v->shortcuts});
</div>
<div class="card-foot"><button class="btn primary">{{T("Save settings")}}</button></div>
</form>
<p><a href="/settings/mailboxes">{{T("Mailboxes: addresses whose mail you see")}}</a></p>
<p><a href="/settings/security">{{T("Security: password, second step, where you are signed in")}}</a></p>
<p><a href="/settings/activity">{{T("Who looked at my mail")}}</a></p>
<p><a href="/settings/digest">{{T("Digest: e-mails about what is held for you")}}</a></p>
% t_layout_portal_end(r);
