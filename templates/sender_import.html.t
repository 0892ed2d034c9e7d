%args struct web_req *r, const struct pg_sender_import *v
%include "pages/pg_senders.h"
% const char *title = v->approved ? T("Import allowed senders") : T("Import blocked senders");
% const char *list = v->approved ? "approved" : "blocked";
% const char *back = v->approved ? "/senders" : "/senders?list=blocked";
% t_sender_frame_begin(r, title, v->held);
% t_part_crumbs(r, back, T("Sender lists"), T("Import"));
<div class="head"><div class="head-text"><h1>{{title}}</h1></div></div>
% if (v->preview) {
%     t_sender_preview(r, v);
% } else {
<form class="card" method="post" action="/senders/import" enctype="multipart/form-data" novalidate>
%     view_csrf(r, out);
<input type="hidden" name="list" value="{{list}}">
<div class="card-form fields">
%     if (v->admin) {
%         t_part_field(r, &(struct ui_field){.name = "target", .label = T("Domain or address"), .help = T("Whose list it is. Leave it empty for the whole organisation."), .value = v->target, .autocomplete = "off", .max = 320, .optional = true});
%     } else {
%         t_part_field(r, &(struct ui_field){.name = "target", .label = T("Mailbox"), .type = "select", .value = v->target, .options = v->mailboxes});
%     }
<div class="field"><label for="f-file">{{T("File")}}</label>
<p class="help" id="h-file">{{T("CSV or text, one sender a line, as the export writes it.")}}</p>
<input class="input" type="file" id="f-file" name="file" accept=".csv,.txt,text/csv,text/plain"
%     if (ui_error_of(r, "file")) {
 aria-invalid="true" aria-describedby="h-file e-file"
%     } else {
 aria-describedby="h-file"
%     }
>
%     if (ui_error_of(r, "file")) {
<p class="error" id="e-file">
%         view_icon(out, "circle-alert", 18);
<span>{{ui_error_of(r, "file")}}</span></p>
%     }
</div>
%     t_part_field(r, &(struct ui_field){.name = "lines", .label = T("Or type them here"), .type = "textarea", .value = v->typed, .rows = 6, .optional = true});
<fieldset class="field"><legend class="legend">{{T("Senders that are on the list now")}}</legend>
<label class="check"><input type="radio" name="mode" value="merge"{{? !v->replace: checked}}><span>{{T("stay; the new ones are added")}}</span></label>
<label class="check"><input type="radio" name="mode" value="replace"{{? v->replace: checked}}><span>{{T("are removed unless the file has them")}}</span></label>
</fieldset>
</div>
<div class="card-foot"><button class="btn primary">{{T("Check the file")}}</button><a class="btn" href="{{url: back}}">{{T("Cancel")}}</a>
<span class="muted">{{T("Nothing is changed yet.")}}</span></div>
</form>
% }
% t_sender_frame_end(r);
