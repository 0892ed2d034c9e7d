%args struct web_req *r, const struct pg_spam_import *v
%include "pages/pg_spam.h"
% const char *title = TF(T("Import: {list}"), "list", T(pg_spam_words(v->list)->title));
% const char *back = pg_spam_path(r, v->list);
% const struct ui_option modes[] = {{"merge", T("Add to what is there"), NULL}, {"overwrite", T("Replace what is there"), NULL}, {NULL, NULL, NULL}};
% t_layout_admin_begin(r, title);
<div class="crumbs-row">
% t_part_crumbs(r, back, T(pg_spam_words(v->list)->title), T("Import"));
</div>
<div class="head"><div class="head-text"><h1>{{title}}</h1></div></div>
<div class="stackv">
% if (v->checked) {
<section class="card" aria-labelledby="found"><div class="card-head"><h2 id="found">{{T("What the file would do")}}</h2></div>
<div class="card-body"><dl class="pairs">
<dt>{{T("Lines with an entry")}}</dt><dd>{{#v->lines}}</dd>
<dt>{{T("Will be taken")}}</dt><dd>{{#v->good}}</dd>
<dt>{{T("Will be left out")}}</dt><dd>{{#v->lines - v->good}}</dd>
</dl>
%     if (v->overwrite) {
<p class="note warn">{{T("Entries that are not in the file are deleted.")}}</p>
%     }
</div>
%     t_part_import_lines(r, &v->bad);
%     if (v->good) {
<form class="card-foot" method="post" action="/spam/lists/import/do">
%         view_csrf(r, out);
<input type="hidden" name="list" value="{{v->id}}"><input type="hidden" name="mode" value="{{v->overwrite ? "overwrite" : "merge"}}">
<textarea name="rows" hidden>
{{v->rows}}</textarea>
<button class="btn primary">{{v->overwrite ? T("Replace the list") : T("Add to the list")}}</button><a class="btn quiet" href="{{url: back}}">{{T("Cancel")}}</a>
</form>
%     } else {
<p class="note warn">{{T("There is nothing to add. Mend the lines above, or choose another file.")}}</p>
%     }
</section>
% }
<form class="card" method="post" action="/spam/lists/import" enctype="multipart/form-data" novalidate>
% view_csrf(r, out);
<input type="hidden" name="list" value="{{v->id}}">
<div class="card-head"><h2>{{v->checked ? T("Another file") : T("Choose a file")}}</h2></div>
<div class="card-form">
% t_part_field(r, &(struct ui_field){.name = "file", .type = "file", .label = T("Text file"), .help = v->list == SPAM_PERSON ? T("A line for each person: first name, middle name, last name, then the addresses, with commas between. Nothing changes before you have seen what would.") : T("One entry a line. Nothing changes before you have seen what would.")});
% t_part_field(r, &(struct ui_field){.name = "mode", .type = "select", .label = T("What becomes of the list"), .options = modes, .value = v->overwrite ? "overwrite" : "merge"});
</div>
<div class="card-foot"><button class="btn">{{T("Check the file")}}</button><a class="btn quiet" href="{{url: back}}">{{T("Cancel")}}</a></div>
</form>
</div>
% t_layout_admin_end(r);
