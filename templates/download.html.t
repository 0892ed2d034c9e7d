%args struct web_req *r, const struct pg_download_view *v
%include "pages/pg_download.h"
%include "ui.h"
% t_layout_portal_begin(r, T("Download this message?"), -1);
<div class="card"><form class="card-form" method="post" action="{{url: arena_printf(r->a, "/m/%s/download", v->id)}}">
% view_csrf(r, out);
<h1>{{T("Download this message?")}}</h1>
% if (v->problem) {
<div class="note warn" role="alert">
%     view_icon(out, "triangle-alert", 18);
<span>{{v->problem}}</span></div>
% }
<p><b><bdi translate="no">{{v->subject}}</bdi></b> ({{view_bytes(r, v->bytes)}})</p>
<p>{{T("It was held because it may be dangerous. You get it as it came, with all attachments, in a ZIP file that needs a password. Do not open the attachments unless you know what they are.")}}</p>
<p id="l-password">{{T("Password of the ZIP file. Keep it, it is shown only here.")}}</p>
<pre dir="ltr" tabindex="0" aria-labelledby="l-password" class="mono">{{v->password}}</pre>
<input type="hidden" name="password" value="{{v->password}}">
<p class="help">{{T("The download is written to the log of your organisation.")}}</p>
<div class="btns"><button class="btn danger primary">{{T("Download")}}</button><a class="btn" href="{{url: v->back}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_portal_end(r);
