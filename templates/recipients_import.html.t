%args struct web_req *r, const struct pg_import *v
%include "ui.h"
%include "pages/pg_recipients.h"
% const struct address_list *l = v->list;
% int64_t known = l->nvalid - v->fresh, bad = l->ninvalid + l->nother + l->ntwice;
% const char *path = arena_printf(r->a, "/domains/%s/recipients", v->id);
% t_layout_admin_begin(r, T("Check the import"));
<div class="crumbs-row">
% t_part_crumbs(r, path, TF(T("Recipients of {domain}"), "domain", v->domain), T("Check the import"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Check the import")}}</h1>
<p>{{T("Nothing has been added yet.")}}</p></div></div>
<div class="stackv">
<form class="card" method="post" action="{{url: arena_printf(r->a, "%s/import", path)}}">
% view_csrf(r, out);
<input type="hidden" name="lines" value="{{v->lines}}"><input type="hidden" name="confirm" value="1">
<div class="card-body"><dl class="pairs">
<dt>{{T("New addresses")}}</dt><dd>{{#v->fresh}}</dd>
<dt>{{T("Listed already")}}</dt><dd>{{#known}}</dd>
<dt>{{T("Lines left out")}}</dt><dd>{{#bad}}</dd>
</dl></div>
<div class="card-foot">
% if (v->fresh) {
<button class="btn primary">{{TF(TN("Add {n} recipient", "Add {n} recipients", v->fresh), "n", view_int(r, v->fresh))}}</button>
% }
<a class="btn quiet" href="{{url: path}}">{{T("Cancel")}}</a></div>
</form>
% if (l->nbad) {
<section class="card"><div class="card-head"><h2>{{T("Lines left out")}}</h2></div>
<table class="list"><caption class="vh">{{T("Lines left out")}}</caption>
<thead><tr><th scope="col" class="c-end">{{T("Line")}}</th><th scope="col">{{T("Text")}}</th><th scope="col">{{T("Why")}}</th></tr></thead><tbody>
%     for (int i = 0; i < l->nbad; i++) {
<tr><td class="c-end" data-label="{{T("Line")}}">{{#l->bad[i].line}}</td><td data-label="{{T("Text")}}"><bdi class="mono addr" translate="no">{{view_safe(r, l->bad[i].text)}}</bdi></td><td data-label="{{T("Why")}}">{{pg_import_why(r, l->bad[i].why)}}</td></tr>
%     }
</tbody></table>
%     if (bad > l->nbad) {
<div class="list-foot"><span>{{TF(TN("and {n} more", "and {n} more", bad - l->nbad), "n", view_int(r, bad - l->nbad))}}</span></div>
%     }
</section>
% }
</div>
% t_layout_admin_end(r);
