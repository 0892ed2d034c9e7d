%args struct web_req *r, const struct pg_digest_rules *v
%include "ui.h"
%include "pages/pg_digest.h"
%include "pages/pg_version.h"
% const struct ui_option links[] = {{"act", T("Work without signing in"), NULL}, {"signin", T("Show the message and ask to sign in"), NULL}, {NULL, NULL, NULL}};
% t_layout_admin_begin(r, T("Digests"));
<div class="head"><div class="head-text"><h1>{{T("Digests")}}</h1>
<p>{{T("People get a list of what is held for them. No digest is sent when there is nothing new.")}}</p></div>
<div class="btns"><a class="btn" href="/digest/texts">{{T("Words by language")}}</a>
% if (v->may_change) {
<a class="btn primary" href="/digest/add">
%     view_icon(out, "plus", 18);
{{T("Add a rule")}}</a>
% }
</div></div>
<div class="stackv">
<div class="card">
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "mail", .title = T("No rules yet"), .text = T("Without a rule nobody gets a digest. Begin with one for everybody, every morning."), .link = v->may_change ? "/digest/add" : NULL, .label = T("Add a rule")});
% } else {
<table class="list"><caption class="vh">{{T("Rules, in the order in which they count")}}</caption>
<thead><tr><th scope="col">{{T("Priority")}}</th><th scope="col">{{T("Rule")}}</th><th scope="col">{{T("Recipients")}}</th><th scope="col">{{T("When")}}</th><th scope="col">{{TC("digest", "Next")}}</th><th scope="col">{{T("State")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_digest_rule *x = &v->rows[i];
<tr><td data-label="{{T("Priority")}}">{{#x->rule->priority}}</td>
<td><a class="row-link" href="{{url: arena_printf(r->a, "/digest/%s", x->rule->rule_id)}}"><b><bdi translate="no">{{x->rule->name}}</bdi></b></a>
%         if (x->conflict) {
<span class="sub"><span class="{{x->severe ? "tone-danger" : "tone-warn"}}">
%             view_icon(out, "triangle-alert", 16);
</span> {{x->conflict}}</span>
%         }
</td>
<td class="addr" data-label="{{T("Recipients")}}"><bdi translate="no">{{x->recipients}}</bdi></td>
<td data-label="{{T("When")}}">{{x->when}}<span class="sub">{{x->rule->tz}}</span></td>
<td data-label="{{TC("digest", "Next")}}">{{x->rule->next_at ? view_when_full(r, x->rule->next_at) : "-"}}</td>
<td>
%         if (x->rule->enabled) {
%             t_part_badge(r, "ok", "check", T("On"));
%         } else {
%             t_part_badge(r, "", "ban", T("Off"));
%         }
</td></tr>
%     }
</tbody></table>
% }
</div>
<form class="card" method="post" action="/digest" novalidate>
% view_csrf(r, out);
% t_part_version(r, pg_version(r, v->setting.version));
<div class="card-head"><h2>{{T("For all digests")}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("For all digests")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "users_may", .type = "checkbox", .label = T("People may turn theirs off and choose other times"), .checked = v->setting.users_may});
% t_part_field(r, &(struct ui_field){.name = "instant", .type = "checkbox", .label = T("People may ask for a notice soon after a message is held"), .checked = v->setting.instant});
% t_part_field(r, &(struct ui_field){.name = "links", .type = "select", .label = T("Links in digests"), .help = T("Opening a link never does anything. What acts is the button on its page."), .value = v->setting.links, .options = links});
% t_part_field(r, &(struct ui_field){.name = "link_days", .label = T("Days for which links work"), .help = T("Never longer than the message is kept."), .value = v->link_days, .inputmode = "numeric", .short_box = true, .max = 3});
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
% }
</form>
</div>
% t_layout_admin_end(r);
