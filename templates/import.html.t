%args struct web_req *r, const struct ui_import *v
%include "ui.h"
% t_layout_admin_begin(r, v->title);
<div class="crumbs-row">
% t_part_crumbs(r, v->back, v->parent, T("Import"));
</div>
<div class="head"><div class="head-text"><h1>{{v->title}}</h1></div></div>
<div class="stackv">
% if (v->checked) {
<section class="card" aria-labelledby="found"><div class="card-head"><h2 id="found">{{T("What the file would do")}}</h2></div>
<div class="card-body"><dl class="pairs">
<dt>{{T("Lines with an entry")}}</dt><dd>{{#v->lines}}</dd>
<dt>{{T("Will be added")}}</dt><dd>{{#v->good}}</dd>
<dt>{{T("Will be left out")}}</dt><dd>{{#v->lines - v->good}}</dd>
</dl></div>
%     t_part_import_lines(r, &v->bad);
%     if (v->good) {
<form class="card-foot" method="post" action="{{url: arena_printf(r->a, "%s/add", v->path)}}">
%         view_csrf(r, out);
<input type="hidden" name="list" value="{{v->list}}">
<textarea name="rows" hidden>
{{v->rows}}</textarea>
<button class="btn primary">{{TF(TN("Add {n} entry", "Add {n} entries", v->good), "n", view_int(r, v->good))}}</button><a class="btn quiet" href="{{url: v->back}}">{{T("Cancel")}}</a>
</form>
%     } else {
<p class="note warn">{{T("There is nothing to add. Mend the lines above, or choose another file.")}}</p>
%     }
</section>
% }
<form class="card" method="post" action="{{url: v->path}}" enctype="multipart/form-data" novalidate>
% view_csrf(r, out);
<input type="hidden" name="list" value="{{v->list}}">
<div class="card-head"><h2>{{v->checked ? T("Another file") : T("Choose a file")}}</h2></div>
<div class="card-form">
% t_part_field(r, &(struct ui_field){.name = "file", .type = "file", .label = v->label ? v->label : T("CSV file"), .help = v->help});
</div>
<div class="card-foot"><button class="btn">{{T("Check the file")}}</button><a class="btn quiet" href="{{url: v->back}}">{{T("Cancel")}}</a></div>
</form>
</div>
% t_layout_admin_end(r);
