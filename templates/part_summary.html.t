%args struct web_req *r
%include "ui.h"
% /* All field errors of the page, each a link to its field. */
% if (ui_has_errors(r)) {
<div class="summary" role="alert" tabindex="-1" data-focus>
<h2>{{T("There is a problem")}}</h2>
<ul>
%     for (const struct field *f = r->route->fields; f->name; f++) {
%         const char *error;
%         for (int i = 0; (error = ui_error_at(r, f->name, i)); i++) {
<li><a href="{{url: arena_printf(r->a, "#f-%s", f->name)}}">
%             ui_sentence(r, out, error);
</a></li>
%         }
%     }
</ul></div>
% }
