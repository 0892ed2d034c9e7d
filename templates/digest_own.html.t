%args struct web_req *r, const struct pg_digest_own *v
%include "ui.h"
%include "pages/pg_digest.h"
% const struct store_digest_own *x = v->box ? v->box->own : NULL;
% const struct ui_option hows[] = {{"rule", T("When my organisation sends them"), NULL}, {"own", T("At my own times"), NULL}, {NULL, NULL, NULL}};
% const struct ui_option formats[] = {{"rule", T("As my organisation has it"), NULL}, {"html", T("Page and text"), NULL}, {"text", T("Text only"), NULL}, {NULL, NULL, NULL}};
% t_layout_portal_begin(r, T("Digest"), v->held);
<div class="crumbs-row">
% t_part_crumbs(r, "/settings", T("Settings"), T("Digest"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Digest")}}</h1><p>{{T("A list by e-mail of what is held for you. None is sent when there is nothing new.")}}</p></div>
% if (x) {
<div class="btns"><a class="btn" href="{{url: view_path(r, "/settings/digest/sample", "mailbox", v->other ? x->address : NULL, NULL)}}">
%     view_icon(out, "eye", 18);
{{T("How it looks")}}</a>
<form method="post" action="/settings/digest/now">
%     view_csrf(r, out);
<input type="hidden" name="mailbox" value="{{x->address}}">
<button class="btn">
%     view_icon(out, "mail", 18);
{{T("Send one now")}}</button></form></div>
% }
</div>
<div class="stackv">
% if (!x) {
<div class="card">
%     t_part_empty(r, &(struct ui_empty){.icon = "mail", .title = T("No mailbox"), .text = T("Your account has no mailbox here, so no mail is held for you.")});
</div>
% } else {
%     if (v->mailboxes) {
<form class="card card-form" method="get" action="/settings/digest">
%         t_part_field(r, &(struct ui_field){.name = "mailbox", .label = T("Mailbox"), .type = "select", .value = x->address, .options = v->mailboxes});
<div class="btns"><button class="btn">{{T("Show")}}</button></div></form>
%     }
%     if (!v->may) {
<p class="note">
%         view_icon(out, "lock", 18);
<span>{{T("Your organisation decides when digests are sent. Ask your administrator if you want to change that.")}}</span></p>
%     }
<section class="card card-body"><h2 class="vh">{{T("Now")}}</h2><dl class="pairs">
<dt>{{T("Sent")}}</dt><dd>{{pg_digest_sent(x, v->may) ? v->box->when : T("Never")}}</dd>
%     if (x->next_at && pg_digest_sent(x, v->may)) {
<dt>{{TC("digest", "Next")}}</dt><dd>{{view_when_full(r, x->next_at)}}</dd>
%     }
%     if (x->last_at) {
<dt>{{T("Last")}}</dt><dd>{{view_when_full(r, x->last_at)}}</dd>
%     }
</dl></section>
<form class="card" method="post" action="/settings/digest" novalidate>
%     view_csrf(r, out);
<input type="hidden" name="mailbox" value="{{x->address}}">
<fieldset class="plain card-form"{{? !v->may: disabled}}><legend class="vh">{{T("Digest")}}</legend>
%     t_part_field(r, &(struct ui_field){.name = "enabled", .type = "checkbox", .label = TF(T("Send digests for {mailbox}"), "mailbox", x->address), .checked = x->enabled});
%     t_part_field(r, &(struct ui_field){.name = "own", .label = T("When"), .type = "select", .value = x->ntimes || ui_error_of(r, "times") || ui_error_of(r, "day-1") ? "own" : "rule", .options = hows});
<details name="own"{{? x->ntimes || ui_has_errors(r): open}}><summary>{{T("My own times")}}</summary><div class="stackv">
%     t_part_digest_when(r, x->days ? x->days : 127, v->box->times, *x->tz ? x->tz : r->tz);
</div></details>
<fieldset class="stackv"><legend class="legend">{{T("Kinds of mail")}}</legend>
%     int i = 0;
%     for (const struct ui_kind *k = ui_kinds(); k->id; k++, i++) {
%         if (strcmp(k->id, "malware")) {
%             t_part_field(r, &(struct ui_field){.name = arena_printf(r->a, "kind-%s", k->id), .type = "checkbox", .label = T(k->word), .checked = v->box->kinds[i]});
%         }
%     }
</fieldset>
%     if (v->other) {
%         t_part_field(r, &(struct ui_field){.name = "together", .type = "checkbox", .label = TF(T("In one e-mail with the digest of {address}"), "address", r->session.address), .checked = x->together});
%     }
<fieldset><legend class="legend">{{T("Format")}}</legend><div class="samples">
%     for (const struct ui_option *o = formats; o->value; o++) {
<label class="check"><input type="radio" name="format" value="{{o->value}}"{{? !strcmp(o->value, *x->format ? x->format : "rule"): checked}}><span>{{o->label}}
%         if (strcmp(o->value, "rule")) {
%             t_part_digest_picture(r, !strcmp(o->value, "text"));
%         }
</span></label>
%     }
</div></fieldset>
%     t_part_field(r, &(struct ui_field){.name = "lang", .label = T("Language"), .type = "select", .value = *x->lang ? x->lang : r->lang, .options = ui_languages(r)});
%     if (v->instant) {
<fieldset class="stackv"><legend class="legend">{{T("Notices")}}</legend>
%         t_part_field(r, &(struct ui_field){.name = "instant", .type = "checkbox", .label = T("Tell me soon after a message is held"), .help = T("At most one e-mail in 15 minutes, with all that came meanwhile."), .checked = x->instant});
%         t_part_field(r, &(struct ui_field){.name = "quiet_from", .label = T("Not from"), .value = in_given(r, "quiet_from") ? in_text(r, "quiet_from") : x->quiet_from >= 0 ? pg_digest_clock(r, x->quiet_from) : "", .short_box = true, .optional = true, .max = 5, .placeholder = "22:00"});
%         t_part_field(r, &(struct ui_field){.name = "quiet_to", .label = TC("quiet hours", "Until"), .value = in_given(r, "quiet_to") ? in_text(r, "quiet_to") : x->quiet_to >= 0 ? pg_digest_clock(r, x->quiet_to) : "", .short_box = true, .optional = true, .max = 5, .placeholder = "07:00"});
</fieldset>
%     }
</fieldset>
%     if (v->may) {
<div class="card-foot"><button class="btn primary">{{T("Save settings")}}</button></div>
%     }
</form>
% }
</div>
% t_layout_portal_end(r);
