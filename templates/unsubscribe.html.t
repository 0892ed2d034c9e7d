%args struct web_req *r, const struct pg_unsubscribe_view *v
%include "pages/pg_unsubscribe.h"
%include "ui.h"
% bool ask = !strcmp(v->result, "ok"), done = !strcmp(v->result, "done"), denied = !strcmp(v->result, "denied");
% const char *title = ask ? T("No more digests?") : done ? T("No more digests") : T("This link does not work");
% t_layout_plain_begin(r, title);
<div class="stackv">
<h1>{{title}}</h1>
% if (ask) {
<p>
%     ui_sentence(r, out, TF(T("{address} gets no more digests and notices of held mail. Held messages stay in the quarantine until their date."), "address", v->address));
</p>
<form method="post" action="{{url: v->path}}"><input type="hidden" name="lang" value="{{v->lang}}">
<button class="btn primary big wide">{{T("End digests")}}</button></form>
% } else if (done) {
<p>
%     ui_sentence(r, out, TF(T("{address} gets no more digests. You can turn them on again in the settings."), "address", v->address));
</p>
<p><a class="btn" href="/settings/digest">{{T("Settings of the digest")}}</a></p>
% } else if (denied) {
<p>{{T("Your organisation decides who gets digests. Nothing was changed.")}}</p>
% } else {
<p>{{T("It is not complete, or its time is over. Nothing was changed.")}}</p>
<p><a class="btn" href="/settings/digest">{{T("Settings of the digest")}}</a></p>
% }
</div>
% t_layout_plain_end(r);
