%args struct web_req *r, const char *lang
%include "ui.h"
<div class="field"><label for="f-lang">{{T("Language")}}</label>
<select class="input" id="f-lang" name="lang">
<option value="">{{T("The organisation's")}}</option>
% for (const struct ui_option *o = ui_languages(r); o->value; o++) {
<option value="{{o->value}}" lang="{{o->lang}}"{{? !strcmp(lang, o->value): selected}}>{{o->label}}</option>
% }
</select></div>
