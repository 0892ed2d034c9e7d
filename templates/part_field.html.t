%args struct web_req *r, const struct ui_field *f
%include "ui.h"
% const char *error = ui_error_of(r, f->name);
% const char *type = f->type ? f->type : "text";
% const char *described = error ? (f->help ? arena_printf(r->a, "h-%s e-%s", f->name, f->name) : arena_printf(r->a, "e-%s", f->name)) : (f->help ? arena_printf(r->a, "h-%s", f->name) : NULL);
<div class="field">
% if (!strcmp(type, "checkbox")) {
<label class="check"><input type="checkbox" id="f-{{f->name}}" name="{{f->name}}" value="1"
%     if (described) {
 aria-describedby="{{described}}"
%     }
 {{? f->checked: checked}}{{? error != NULL: aria-invalid="true"}}><span>
%     ui_sentence(r, out, f->label);
</span></label>
%     if (f->help) {
<p class="help" id="h-{{f->name}}">{{f->help}}</p>
%     }
% } else {
<label for="f-{{f->name}}">{{f->label}}
%     if (f->optional) {
{{" "}}<small class="muted">{{T("(optional)")}}</small>
%     }
</label>
%     if (f->help) {
<p class="help" id="h-{{f->name}}">{{f->help}}</p>
%     }
%     if (!strcmp(type, "select")) {
<select class="input" id="f-{{f->name}}" name="{{f->name}}"
%         if (described) {
 aria-describedby="{{described}}"
%         }
 {{? error != NULL: aria-invalid="true"}}>
%         for (const struct ui_option *o = f->options; o->value; o++) {
<option value="{{o->value}}"
%             if (o->lang) {
 lang="{{o->lang}}"
%             }
 {{? f->value && !strcmp(f->value, o->value): selected}}>{{o->label}}</option>
%         }
</select>
%     } else if (!strcmp(type, "textarea")) {
<textarea class="input" id="f-{{f->name}}" name="{{f->name}}" rows="{{=f->rows ? f->rows : 4}}"
%         if (described) {
 aria-describedby="{{described}}"
%         }
 {{? error != NULL: aria-invalid="true"}}{{? !f->optional: required}}>
{{f->value}}</textarea>
%     } else {
<input class="input" id="f-{{f->name}}" name="{{f->name}}" type="{{type}}"
%         if (f->value && strcmp(type, "password")) {
 value="{{f->value}}"
%         }
%         if (f->autocomplete) {
 autocomplete="{{f->autocomplete}}"
%         }
%         if (f->inputmode) {
 inputmode="{{f->inputmode}}"
%         }
%         if (f->placeholder) {
 placeholder="{{f->placeholder}}"
%         }
%         if (f->max) {
 maxlength="{{=f->max}}"
%         }
%         if (described) {
 aria-describedby="{{described}}"
%         }
 {{? error != NULL: aria-invalid="true"}}{{? !f->optional: required}}{{? f->autofocus: autofocus}}>
%         if (!strcmp(type, "password")) {
<button class="btn quiet" type="button" hidden data-reveal="f-{{f->name}}" aria-pressed="false">
%             view_icon(out, "eye", 18);
{{T("Show password")}}</button>
%         }
%         if (f->least) {
<p class="help" role="status" data-length="f-{{f->name}}" data-least="{{=f->least}}" data-one="{{TN("{n} more character needed", "{n} more characters needed", 1)}}" data-many="{{TN("{n} more character needed", "{n} more characters needed", 2)}}" data-done="{{T("Long enough")}}"></p>
%         }
%     }
% }
% if (error && ui_error_at(r, f->name, 1)) {
<div class="error" id="e-{{f->name}}">
%     view_icon(out, "circle-alert", 18);
<ul>
%     for (int i = 0; (error = ui_error_at(r, f->name, i)); i++) {
<li>
%         ui_sentence(r, out, error);
</li>
%     }
</ul></div>
% } else if (error) {
<p class="error" id="e-{{f->name}}">
%     view_icon(out, "circle-alert", 18);
<span>
%     ui_sentence(r, out, error);
</span></p>
% }
</div>
