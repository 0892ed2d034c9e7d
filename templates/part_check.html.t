%args struct web_req *r, const struct pg_domain_setup *v, const struct pg_check *c
%include "ui.h"
%include "pages/pg_domain_setup.h"
<details class="check-item"
% if (!c->ok) {
 open
% }
><summary><span class="dot {{c->tone}}">
% view_icon(out, c->icon, 16);
</span><span class="check-text"><span class="vh">{{c->name}}: </span><b>{{c->title}}</b>
<span class="sub">{{c->sub}}</span></span>
<time datetime="{{view_iso(r, c->checked_at)}}">{{view_when(r, c->checked_at)}}</time>
% view_icon(out, "chevron-down", 18);
</summary><div class="check-body">
% if (c->failed_at) {
<p class="note">
%     view_icon(out, "info", 18);
<span>{{TF(T("DNS did not answer at the last look ({when}). This is what was found before."), "when", view_when(r, c->failed_at))}}</span></p>
% }
% if (!strcmp(c->item, "mx") && c->nmx) {
<table class="list"><caption class="vh">{{T("MX records")}}</caption>
<thead><tr><th scope="col">{{T("Found in DNS now")}}</th><th scope="col" class="c-end">{{T("Priority")}}</th><th scope="col">{{T("Change to")}}</th></tr></thead><tbody>
%     for (int i = 0; i < c->nmx; i++) {
<tr class="{{c->mx[i].rival ? "odd-row" : ""}}"><td><bdi dir="ltr" class="mono" translate="no">{{c->mx[i].host}}</bdi></td><td class="c-end" data-label="{{T("Priority")}}">{{=c->mx[i].preference}}</td><td data-label="{{T("Change to")}}">
%         if (c->mx[i].rival) {
{{T("Delete this record")}}
%         } else if (c->mx[i].ours && !c->ok) {
{{TF(T("Set the priority to {n}"), "n", arena_printf(r->a, "%d", c->first))}}
%         } else {
<span class="muted">{{T("Fine as it is")}}</span>
%         }
</td></tr>
%     }
</tbody></table>
% }
% if (c->nameless) {
<p class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("There is no record to publish yet: this gateway has no complete name, such as mx.example.com. The operator must set it in sekisho.conf (hostname).")}}</span></p>
% }
% if (!strcmp(c->item, "mx") && !c->ok) {
%     if (!c->nameless && (!strcmp(c->code, "mx-none") || !strcmp(c->code, "mx-missing") || !strcmp(c->code, "dns"))) {
<p>{{T("Add this MX record:")}}</p>
<dl class="pairs"><dt>{{T("Name")}}</dt><dd><bdi dir="ltr" class="mono" translate="no">{{c->record_name}}</bdi></dd><dt>{{T("Priority")}}</dt><dd>{{=c->first}}</dd></dl>
%         t_part_record(r, "r-mx", T("Server"), c->wanted, NULL, true);
%     }
%     if (c->nmx) {
<p class="note">
%         view_icon(out, "info", 18);
<span>{{T("Keep the old record until test mail arrives here.")}}
%         if (c->ttl) {
 {{TF(TN("After the change, some senders use the old server for up to {n} minute.", "After the change, some senders use the old server for up to {n} minutes.", (c->ttl + 59) / 60), "n", view_int(r, (c->ttl + 59) / 60))}}
%         }
</span></p>
%     }
% } else if (!strcmp(c->item, "dkim")) {
%     if (*c->wanted && !c->ok) {
<p>{{T("Add this TXT record:")}}</p>
%         t_part_record(r, "n-dkim", T("Name"), c->record_name, NULL, true);
%         t_part_record(r, "r-dkim", T("Value"), c->wanted, NULL, true);
%     }
<p><a href="{{url: arena_printf(r->a, "/domains/%s/dkim", v->d->id)}}">{{T("Keys and signing of this domain")}}</a></p>
% } else if (strcmp(c->item, "mx")) {
%     for (int i = 0; i < c->nfound; i++) {
%         t_part_record(r, arena_printf(r->a, "f-%s-%d", c->item, i), T("Found in DNS now"), c->found[i], NULL, false);
%     }
%     if (!c->ok && *c->wanted && !c->nameless) {
%         if (!strcmp(c->item, "spf") && c->nfound) {
%             t_part_record(r, "r-spf", c->nfound > 1 ? T("Replace all of them with this one record") : T("Replace it with this one record"), c->wanted, c->ours, true);
<p class="sub">{{TF(T("A domain can have only one SPF record. This one keeps what you have. It needs {n} of 10 allowed look-ups."), "n", view_int(r, c->lookups))}}</p>
%         } else {
<p>{{T("Add this TXT record:")}}</p>
<dl class="pairs"><dt>{{T("Name")}}</dt><dd><bdi dir="ltr" class="mono" translate="no">{{c->record_name}}</bdi></dd></dl>
%             t_part_record(r, arena_printf(r->a, "r-%s", c->item), T("Value"), c->wanted, NULL, true);
%         }
%     } else if (!strcmp(c->item, "dmarc") && c->ok) {
<p><bdi dir="ltr" class="mono" translate="no">{{c->record_name}}</bdi></p>
%     } else if (!c->nfound && *c->wanted && !c->nameless) {
%         t_part_record(r, arena_printf(r->a, "f-%s", c->item), T("Found in DNS now"), c->wanted, NULL, false);
%     }
% }
</div></details>
