%args struct web_req *r, const struct pg_digest_texts *v
%include "ui.h"
%include "pages/pg_digest.h"
% t_layout_admin_begin(r, T("Words by language"));
<div class="crumbs-row">
% t_part_crumbs(r, "/digest", T("Digests"), T("Words by language"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Words by language")}}</h1><p>{{T("Each person gets a digest in the own language. Leave a field empty for the usual words.")}}</p></div></div>
<div class="stackv">
% for (int i = 0; i < v->n; i++) {
%     const struct store_digest_text *x = &v->rows[i];
%     const char *subject = arena_printf(r->a, "subject-%s", x->lang), *intro = arena_printf(r->a, "intro-%s", x->lang);
<form class="card" method="post" action="/digest/texts" novalidate>
%     view_csrf(r, out);
<input type="hidden" name="lang" value="{{x->lang}}">
<div class="card-head"><h2 lang="{{x->lang}}">{{v->languages[i].label}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{v->languages[i].label}}</legend>
<div class="field"><label for="{{subject}}">{{T("Subject")}}</label><p class="help" id="h-{{subject}}">{{T("{n} stands for how many messages are held, {org} for the name of the organisation.")}}</p>
<input class="input" id="{{subject}}" name="subject" value="{{x->subject}}" maxlength="150" lang="{{x->lang}}" aria-describedby="h-{{subject}}"></div>
<div class="field"><label for="{{intro}}">{{T("First words")}}</label>
<textarea class="input" id="{{intro}}" name="intro" rows="3" maxlength="1000" lang="{{x->lang}}">
{{x->intro}}</textarea></div>
</fieldset>
%     if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
%     }
</form>
% }
</div>
% t_layout_admin_end(r);
