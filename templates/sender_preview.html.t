%args struct web_req *r, const struct pg_sender_import *v
%include "pages/pg_senders.h"
% const char *list = v->approved ? "approved" : "blocked";
<section class="card"><div class="card-head"><h2>{{T("What the import would do")}}</h2><bdi class="addr muted" translate="no">{{v->target_word}}</bdi></div>
<div class="card-body"><dl class="pairs">
<dt>{{T("Will be on the list")}}</dt><dd class="num" data-new>{{#v->count[SENDER_LINE_NEW]}}</dd>
% if (v->replace) {
<dt>{{T("Of these, on the list already")}}</dt><dd class="num" data-stay>{{#v->stay}}</dd>
%     if (v->approved) {
<dt>{{T("Of these, changed")}}</dt><dd class="num" data-changed>{{#v->changed}}</dd>
%     }
<dt>{{T("Will be removed from the list")}}</dt><dd class="num" data-removed>{{#v->removed}}</dd>
% }
<dt>{{T("Not valid")}}</dt><dd class="num">{{#v->count[SENDER_LINE_INVALID]}}</dd>
<dt>{{T("There already")}}</dt><dd class="num">{{#v->count[SENDER_LINE_DUPLICATE]}}</dd>
<dt>{{T("On the other list")}}</dt><dd class="num">{{#v->count[SENDER_LINE_CONFLICT]}}</dd>
<dt>{{T("Too many for the list")}}</dt><dd class="num">{{#v->count[SENDER_LINE_EXCESS]}}</dd>
</dl></div>
% if (v->nleft_out) {
<table class="list"><caption class="vh">{{T("Lines that are left out")}}</caption>
<thead><tr><th scope="col">{{T("Line")}}</th><th scope="col">{{T("Text")}}</th><th scope="col">{{T("Why it is left out")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->nleft_out; i++) {
<tr><td class="num">{{#v->left_out[i].number}}</td><td data-label="{{T("Text")}}"><bdi class="addr" translate="no">
%         ui_sentence(r, out, v->left_out[i].text);
</bdi></td><td data-label="{{T("Why it is left out")}}">{{v->left_out[i].why}}</td></tr>
%     }
</tbody></table>
%     if (v->more_left_out) {
<p class="card-body muted">{{TF(TN("and {n} more line", "and {n} more lines", v->more_left_out), "n", view_int(r, v->more_left_out))}}</p>
%     }
% }
% if (!v->ngood) {
<p class="card-body">{{T("None of these lines can be imported. Nothing is changed.")}}</p>
% } else if (v->removed) {
<div class="card-body"><p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{TF(TN("{n} sender that is on the list now will be removed, because the file does not have it.", "{n} senders that are on the list now will be removed, because the file does not have them.", v->removed), "n", view_int(r, v->removed))}}</span></p></div>
% }
<form class="card-foot" method="post" action="/senders/import/do">
% view_csrf(r, out);
<input type="hidden" name="list" value="{{list}}"><input type="hidden" name="target" value="{{v->target}}">
% if (v->replace) {
<input type="hidden" name="mode" value="replace">
% }
<textarea name="lines" hidden>
{{v->good}}</textarea>
<textarea name="typed" hidden>
{{v->typed}}</textarea>
% if (v->ngood) {
<button class="btn primary">{{TF(TN("Import {n} sender", "Import {n} senders", v->ngood), "n", view_int(r, v->ngood))}}</button>
% }
<button class="btn" name="edit" value="1" formaction="/senders/import">{{*v->typed ? T("Change what was typed") : T("Choose another file")}}</button>
</form></section>
