%args struct web_req *r, const struct pg_settings_view *v
%include "pages/pg_settings.h"
% const struct ui_option themes[] = {{"system", T("As on this device"), NULL}, {"light", T("Light"), NULL}, {"dark", T("Dark"), NULL}, {NULL, NULL, NULL}};
% const struct ui_option sizes[] = {{"10", view_int(r, 10), NULL}, {"25", view_int(r, 25), NULL}, {"50", view_int(r, 50), NULL}, {"100", view_int(r, 100), NULL}, {NULL, NULL, NULL}};
% const char *zone_error = ui_error_of(r, "tz");
% t_layout_portal_begin(r, T("Settings"), -1);
<div class="head"><div class="head-text"><h1>{{T("Settings")}}</h1><p>{{T("Language and display")}}</p></div></div>
<div class="columns"><div class="stackv">
<form class="card" method="post" action="/settings" novalidate aria-labelledby="s-language">
% view_csrf(r, out);
<input type="hidden" name="card" value="language">
<div class="card-head"><h2 id="s-language">{{T("Language")}}</h2></div>
<div class="card-form fields">
% t_part_field(r, &(struct ui_field){.name = "lang", .label = T("Language of pages and e-mails"), .type = "select", .value = v->lang, .options = ui_languages(r)});
</div>
<div class="card-foot"><button class="btn">{{T("Save language")}}</button></div>
</form>
<section class="card" aria-labelledby="s-zone" id="zone">
<div class="card-head"><h2 id="s-zone">{{T("Time zone")}}</h2></div>
<div class="card-form fields">
<p>{{TF(T("Times are shown for {zone}."), "zone", v->zone)}} {{TF(T("It is {time} there now."), "time", v->zone_now)}}
% if (!v->own_zone) {
 {{T("Your organisation has set this.")}}
% }
</p>
<form role="search" method="get" action="/settings#zone"><div class="field">
<label for="f-city">{{T("Another time zone")}}</label>
<p class="help" id="h-city">{{T("Type a large city or a country.")}}</p>
<div class="btns"><input class="input short" id="f-city" type="search" name="city" value="{{v->city}}" maxlength="80" enterkeyhint="search" aria-describedby="h-city">
<button class="btn">
% view_icon(out, "search", 18);
{{T("Search")}}</button></div></div></form>
</div>
% if (*v->city || v->own_zone || zone_error) {
<form method="post" action="/settings#zone" novalidate>
%     view_csrf(r, out);
<input type="hidden" name="card" value="zone"><input type="hidden" name="city" value="{{v->city}}">
<div class="card-form"><fieldset id="f-tz"><legend class="legend">{{T("Choose a time zone")}}</legend>
%     if (*v->city && !v->nzones) {
<p role="status">{{TF(T("Nothing found for {words}. Try the largest city nearby or the country."), "words", v->city)}}</p>
%     }
%     for (int i = 0; i < v->nzones; i++) {
<label class="check"><input type="radio" name="tz" value="{{v->zones[i].value}}"{{? v->own_zone && !strcmp(v->zones[i].value, v->tz): checked}}><span>{{v->zones[i].label}} <small class="muted">{{v->zones[i].help}}</small></span></label>
%     }
%     if (v->own_zone) {
<label class="check"><input type="radio" name="tz" value="organisation"><span>{{T("The one of my organisation")}}</span></label>
%     }
%     if (zone_error) {
<p class="error" id="e-tz">
%         view_icon(out, "circle-alert", 18);
<span>{{zone_error}}</span></p>
%     }
</fieldset></div>
<div class="card-foot"><button class="btn">{{T("Save time zone")}}</button></div>
</form>
% }
</section>
<form class="card" method="post" action="/settings" novalidate aria-labelledby="s-dates">
% view_csrf(r, out);
<input type="hidden" name="card" value="dates">
<div class="card-head"><h2 id="s-dates">{{T("Dates")}}</h2></div>
<div class="card-form"><fieldset><legend class="legend">{{T("How dates are written, also in e-mails")}}</legend>
% for (int i = 0; i < v->ndates; i++) {
<label class="check"><input type="radio" name="date_style" value="{{v->dates[i].value}}"{{? !strcmp(v->dates[i].value, v->date_style): checked}}><span>{{v->dates[i].label}} <small class="muted">{{v->dates[i].help}}</small></span></label>
% }
</fieldset></div>
<div class="card-foot"><button class="btn">{{T("Save dates")}}</button></div>
</form>
<form class="card" method="post" action="/settings" novalidate aria-labelledby="s-display">
% view_csrf(r, out);
<input type="hidden" name="card" value="display">
<div class="card-head"><h2 id="s-display">{{T("Display")}}</h2></div>
<div class="card-form fields">
% t_part_field(r, &(struct ui_field){.name = "theme", .label = T("Colours"), .type = "select", .value = v->theme, .options = themes});
% t_part_field(r, &(struct ui_field){.name = "row_height", .label = T("Height of rows in lists"), .type = "select", .value = v->row_height, .options = pg_settings_heights(r)});
% t_part_field(r, &(struct ui_field){.name = "page_size", .label = T("Messages on a page"), .type = "select", .value = arena_printf(r->a, "%d", v->page_size), .options = sizes});
</div>
<div class="card-foot"><button class="btn">{{T("Save display")}}</button></div>
</form>
<form class="card" method="post" action="/settings" novalidate aria-labelledby="s-keys">
% view_csrf(r, out);
<input type="hidden" name="card" value="keys">
<div class="card-head"><h2 id="s-keys">{{T("Keyboard")}}</h2></div>
<div class="card-form fields">
% t_part_field(r, &(struct ui_field){.name = "shortcuts", .label = T("Single-key shortcuts"), .help = T("J and K move, X selects, E delivers, # deletes. Turn them off when they get in the way of speech input."), .type = "checkbox", .checked = v->shortcuts});
<p><a href="/keys">{{T("All keyboard shortcuts")}}</a></p>
</div>
<div class="card-foot"><button class="btn">{{T("Save keyboard")}}</button></div>
</form>
</div>
<aside><nav class="card card-body stackv" aria-label="{{T("More settings")}}">
<a href="/settings/mailboxes">{{T("Mailboxes: addresses whose mail you see")}}</a>
<a href="/settings/security">{{T("Security: password, second step, where you are signed in")}}</a>
<a href="/settings/activity">{{T("Who looked at my mail")}}</a>
<a href="/settings/digest">{{T("Digest: e-mails about what is held for you")}}</a>
</nav></aside></div>
% t_layout_portal_end(r);
