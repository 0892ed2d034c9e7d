%args struct web_req *r, const struct pg_threat_import *v
%include "pages/pg_reputation.h"
% const char *title = v->approved ? T("Import approved links") : T("Import suspicious objects");
% const char *back = pg_threats_path(r, v->list);
% t_layout_admin_begin(r, title);
<div class="crumbs-row">
% t_part_crumbs(r, back, v->approved ? T("Approved links") : T("Suspicious objects"), T("Import"));
</div>
<div class="head"><div class="head-text"><h1>{{title}}</h1></div></div>
<div class="stackv">
% if (v->checked) {
<section class="card" aria-labelledby="found"><div class="card-head"><h2 id="found">{{T("What the file would do")}}</h2></div>
<div class="card-body"><dl class="pairs">
<dt>{{T("Lines with an entry")}}</dt><dd>{{#v->lines}}</dd>
<dt>{{T("Will be added")}}</dt><dd>{{#v->good}}</dd>
<dt>{{T("Will be left out")}}</dt><dd>{{#v->lines - v->good}}</dd>
</dl></div>
%     if (v->nproblems) {
<table class="list"><caption class="vh">{{T("Lines that will be left out")}}</caption>
<thead><tr><th scope="col" class="c-end">{{T("Line")}}</th><th scope="col">{{T("What stands there")}}</th><th scope="col">{{T("Why it is left out")}}</th></tr></thead><tbody>
%         for (int i = 0; i < v->nproblems; i++) {
<tr><td class="c-end" data-label="{{T("Line")}}">{{=v->problems[i].line}}</td><td><bdi dir="ltr">{{v->problems[i].text}}</bdi></td><td>{{v->problems[i].why}}</td></tr>
%         }
</tbody></table>
%         if (v->more) {
<p class="list-foot">{{TF(TN("and {n} more", "and {n} more", v->more), "n", view_int(r, v->more))}}</p>
%         }
%     }
%     if (v->good) {
<form class="card-foot" method="post" action="/reputation/entries/import/add">
%         view_csrf(r, out);
<input type="hidden" name="list" value="{{v->list}}">
<textarea name="rows" hidden>
{{v->rows}}</textarea>
<button class="btn primary">{{TF(TN("Add {n} entry", "Add {n} entries", v->good), "n", view_int(r, v->good))}}</button><a class="btn quiet" href="{{url: back}}">{{T("Cancel")}}</a>
</form>
%     } else {
<p class="note warn">{{T("There is nothing to add. Mend the lines above, or choose another file.")}}</p>
%     }
</section>
% }
<form class="card" method="post" action="/reputation/entries/import" enctype="multipart/form-data" novalidate>
% view_csrf(r, out);
<input type="hidden" name="list" value="{{v->list}}">
<div class="card-head"><h2>{{v->checked ? T("Another file") : T("Choose a file")}}</h2></div>
<div class="card-form">
% t_part_field(r, &(struct ui_field){.name = "file", .type = "file", .label = T("CSV file"), .help = v->approved ? T("One line for each: the domain or page, a comma, a note. At most 4 MB and 20,000 lines. Nothing is added before you have seen what would be.") : T("One line for each, with commas between: the value, a note, block or log, the date until which it holds. Only the value is needed. At most 4 MB and 20,000 lines. Nothing is added before you have seen what would be.")});
</div>
<div class="card-foot"><button class="btn">{{T("Check the file")}}</button><a class="btn quiet" href="{{url: back}}">{{T("Cancel")}}</a></div>
</form>
</div>
% t_layout_admin_end(r);
