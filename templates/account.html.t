%args struct web_req *r, const struct pg_account *v
%include "ui.h"
%include "pages/pg_account.h"
%include "pages/pg_settings.h"
% const struct ui_option themes[] = {{"system", T("As on this device"), NULL}, {"light", T("Light"), NULL}, {"dark", T("Dark"), NULL}, {0}};
% t_layout_admin_begin(r, T("Your settings"));
<div class="head"><div class="head-text"><h1>{{T("Your settings")}}</h1>
<p><bdi dir="ltr" translate="no">{{v->address}}</bdi>, {{ui_role_word(r, v->role)}}</p></div></div>
<div class="stackv">
<form class="card" method="post" action="/account" novalidate>
% view_csrf(r, out);
<div class="card-head"><h2>{{T("Language and display")}}</h2></div>
<div class="card-form">
% t_part_field(r, &(struct ui_field){.name = "name", .label = T("Name"), .value = v->name, .max = 200, .autocomplete = "name", .optional = true});
% t_part_user_language(r, v->lang);
<div class="field"><label for="f-tz">{{T("Time zone")}}</label>
<select class="input" id="f-tz" name="tz">
<option value="">{{T("The organisation's")}}</option>
% for (const struct ui_option *o = ui_zones(r, v->tz); o->value; o++) {
<option value="{{o->value}}"{{? !strcmp(v->tz, o->value): selected}}>{{o->label}}</option>
% }
</select></div>
% t_part_field(r, &(struct ui_field){.name = "theme", .label = T("Colours"), .type = "select", .value = v->theme, .options = themes});
% t_part_field(r, &(struct ui_field){.name = "row_height", .label = T("Height of rows in lists"), .type = "select", .value = v->row_height, .options = pg_settings_heights(r)});
<fieldset><legend class="legend">{{T("How dates are written, also in e-mails")}}</legend>
% int ndates;
% const struct pg_settings_choice *dates = pg_settings_dates(r, &ndates);
% for (int i = 0; i < ndates; i++) {
<label class="check"><input type="radio" name="date_style" value="{{dates[i].value}}"{{? !strcmp(dates[i].value, v->date_style): checked}}><span>{{dates[i].label}} <small class="muted">{{dates[i].help}}</small></span></label>
% }
</fieldset>
% t_part_field(r, &(struct ui_field){.name = "shortcuts", .label = T("Single-key shortcuts"), .type = "checkbox", .checked = v->shortcuts});
</div>
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
</form>
<p><a href="/settings/security">{{T("Security: password, second step, where you are signed in")}}</a></p>
</div>
% t_layout_admin_end(r);
