%args struct web_req *r, const char *name, const char *label, const struct ui_option *options, const char *value
%include "ui.h"
% /* A filter chip with radio buttons: states the choice. The first option is the default. */
% const struct ui_option *on = options;
% for (const struct ui_option *o = options; o->value; o++) if (!strcmp(o->value, value)) on = o;
<details class="menu" name="filter"><summary
% if (on != options) {
 class="chip on"
% } else {
 class="chip"
% }
>{{on != options ? on->label : label}}
% view_icon(out, "chevron-down", 16);
</summary><div class="pop scroll"><fieldset><legend class="vh">{{label}}</legend>
% for (const struct ui_option *o = options; o->value; o++) {
<label class="check"><input type="radio" name="{{name}}" value="{{o->value}}"{{? o == on: checked}}>{{o->label}}</label>
% }
</fieldset><button class="btn primary">{{T("Apply")}}</button></div></details>
