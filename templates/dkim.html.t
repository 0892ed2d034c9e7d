%args struct web_req *r, const struct pg_dkim *v
%include "ui.h"
%include "pages/pg_dkim.h"
% const struct pg_domain *d = v->d;
% const char *shown = d->unicode ? d->unicode : d->name;
% t_layout_admin_begin(r, TF(T("DKIM signing of {domain}"), "domain", shown));
% t_part_domain_head(r, d, "dkim", v->may_change);
<div class="columns"><div class="stackv">
<section class="card" aria-labelledby="keys"><div class="card-head"><h2 id="keys">{{T("Keys")}}</h2>
% if (v->may_change && v->n) {
<a class="btn" href="{{url: arena_printf(r->a, "/domains/%s/keys", d->id)}}">
%     view_icon(out, "plus", 18);
{{T("New key")}}</a>
% }
</div>
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "lock", .title = T("No key yet"), .text = T("Make a key and publish its record in DNS. Then outgoing mail of this domain is signed, and others can see that it is yours."), .link = v->may_change ? arena_printf(r->a, "/domains/%s/keys", d->id) : NULL, .label = T("New key")});
% }
<div class="check-list">
% for (int i = 0; i < v->n; i++) {
%     const struct pg_dkim_key *k = &v->keys[i];
<details class="check-item"
%     if (strcmp(k->tone, "ok") && *k->tone) {
 open
%     }
><summary><span class="dot {{k->tone}}">
%     view_icon(out, k->icon, 16);
</span><span class="check-text"><b><bdi dir="ltr" class="mono" translate="no">{{k->k->selector}}</bdi> – {{k->word}}</b>
<span class="sub">{{k->sub}}</span></span>
<span class="muted">{{k->kind}}</span>
%     view_icon(out, "chevron-down", 18);
</summary><div class="check-body">
%     if (k->weak) {
<p class="note warn">
%         view_icon(out, "triangle-alert", 18);
<span>{{T("This key is weak. Make one of 2048 bits if your DNS takes its record.")}}</span></p>
%     }
%     t_part_record(r, arena_printf(r->a, "n-%d", i), T("Name of the TXT record"), k->record_name, NULL, true);
%     t_part_record(r, arena_printf(r->a, "v-%d", i), T("Value"), k->k->record, NULL, true);
%     if (k->pieces) {
<details class="more"><summary>{{T("Your DNS takes only 255 characters?")}}</summary>
<p class="sub">{{T("Then enter the value in these pieces. They belong to one record.")}}</p>
%         t_part_record(r, arena_printf(r->a, "p-%d", i), T("Value in pieces"), k->pieces, NULL, true);
</details>
%     }
%     if (v->may_change) {
<div class="btns">
%         if (k->may_start) {
<form method="post" action="{{url: arena_printf(r->a, "/keys/%s/start", k->k->key_id)}}">
%             view_csrf(r, out);
<button class="btn">{{T("Sign now, without waiting")}}</button></form>
%         }
<a class="btn danger" data-confirm href="{{url: arena_printf(r->a, "/keys/%s/delete", k->k->key_id)}}" aria-label="{{TF(T("Delete key {selector}"), "selector", k->k->selector)}}">
%         view_icon(out, "trash-2", 18);
{{T("Delete key")}}</a></div>
%     }
</div></details>
% }
</div></section>
% if (v->may_change) {
<form class="card" method="post" action="{{url: arena_printf(r->a, "/domains/%s/dkim", d->id)}}" novalidate>
%     view_csrf(r, out);
%     t_part_version(r, v->version);
<div class="card-head"><h2>{{T("How mail is signed")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "enabled", .type = "checkbox", .label = T("Sign outgoing mail of this domain"), .help = T("Only mail whose From field and sender are of the same organisation's domain is signed."), .checked = v->s.enabled});
%     t_part_field(r, &(struct ui_field){.name = "null_sender", .type = "checkbox", .label = T("Sign messages without a sender, too"), .help = T("Such as delivery reports. The domain is that of their From field."), .checked = v->s.null_sender});
%     t_part_field(r, &(struct ui_field){.name = "wait", .type = "number", .label = T("Wait time in hours"), .help = T("A new key signs this long after its record was first seen in DNS, so that every server can find it. 0 to 168."), .value = v->wait, .inputmode = "numeric", .short_box = true});
%     t_part_field(r, &(struct ui_field){.name = "canon", .type = "select", .label = T("Canonicalization"), .help = T("Relaxed forgives changes of spaces on the way."), .value = v->canon, .options = v->canons});
%     t_part_field(r, &(struct ui_field){.name = "headers", .label = T("Header fields to sign"), .help = T("Names with spaces between. From is always signed."), .value = v->s.headers, .max = 1000, .autocomplete = "off"});
%     t_part_field(r, &(struct ui_field){.name = "oversign", .type = "checkbox", .label = T("Nobody may add another field with one of these names"), .help = T("For From that is always so. Mailing lists may add some of the others."), .checked = !strcmp(v->s.oversign, "all")});
%     t_part_field(r, &(struct ui_field){.name = "expire", .type = "number", .label = T("Signatures expire after days"), .help = T("0: never."), .value = v->expire, .inputmode = "numeric", .short_box = true});
</div>
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
</form>
% }
</div>
<aside class="card" aria-labelledby="rotate"><div class="card-head"><h2 id="rotate">{{T("Changing keys")}}</h2></div>
<div class="card-body"><ol class="plain">
<li>{{T("Make a new key. The present one goes on signing.")}}</li>
<li>{{T("Publish the record of the new key beside the old one.")}}</li>
<li>{{T("After the wait time the new key signs by itself.")}}</li>
<li>{{T("Leave the old record in DNS until the page says that nobody needs it.")}}</li>
</ol></div></aside>
</div>
% t_layout_admin_end(r);
