%args struct web_req *r, const struct store_help *h
%include "ui.h"
%include "pages/pg_help.h"
% /* The organisation's help desk, nothing when none is set. */
% if (pg_help_any(h)) {
<section class="card" aria-labelledby="help-desk"><div class="card-form"><h2 id="help-desk">{{T("Help desk")}}</h2>
%     for (const char *s = h->note + strspn(h->note, "\n"); *s; s += strspn(s, "\n")) {
%         size_t n = strcspn(s, "\n");
<p dir="auto">{{view_safe(r, arena_strndup(r->a, s, n))}}</p>
%         s += n;
%     }
<dl class="pairs">
%     if (*h->name) {
<dt>{{T("Name")}}</dt><dd><bdi translate="no">{{view_safe(r, h->name)}}</bdi></dd>
%     }
%     if (*h->email) {
<dt>{{T("E-mail")}}</dt><dd><bdi dir="ltr" translate="no">
%         pg_help_mail(r, out, h->email);
</bdi></dd>
%     }
%     if (*h->phone) {
<dt>{{T("Telephone")}}</dt><dd><bdi dir="ltr" translate="no">{{view_safe(r, h->phone)}}</bdi></dd>
%     }
%     if (*h->link) {
<dt>{{T("Page")}}</dt><dd class="addr"><bdi dir="ltr" translate="no">
%         view_link_out(out, h->link, h->link);
</bdi></dd>
%     }
</dl></div></section>
% }
