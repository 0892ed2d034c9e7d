%args struct web_req *r, const struct ui_import_lines *v
%include "ui.h"
% if (v->n) {
<table class="list"><caption class="vh">{{T("Lines that will be left out")}}</caption>
<thead><tr><th scope="col" class="c-end">{{T("Line")}}</th><th scope="col">{{T("What stands there")}}</th><th scope="col">{{T("Why it is left out")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
<tr><td class="c-end" data-label="{{T("Line")}}">{{=v->rows[i].line}}</td><td><bdi translate="no">{{v->rows[i].text}}</bdi></td><td>{{v->rows[i].why}}</td></tr>
%     }
</tbody></table>
%     if (v->more) {
<p class="list-foot">{{TF(TN("and {n} more", "and {n} more", v->more), "n", view_int(r, v->more))}}</p>
%     }
% }
