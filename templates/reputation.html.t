%args struct web_req *r, const struct pg_reputation *v
%include "pages/pg_reputation.h"
% t_layout_admin_begin(r, T("Web reputation"));
% t_part_rep_head(r, "level");
<div class="stackv">
<form class="card" method="post" action="/reputation" novalidate>
% view_csrf(r, out);
% t_part_version(r, v->version);
<div class="card-head"><h2>{{T("When a message is held")}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("When a message is held")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "level", .type = "select", .label = T("Security level"), .help = T("Messages with a link to such a page are held as phishing. Approved links are never acted on."), .options = v->levels, .value = arena_printf(r->a, "%d", v->s.level)});
% t_part_field(r, &(struct ui_field){.name = "untested", .type = "checkbox", .label = T("Also hold messages with links that no list knows"), .help = T("This holds much wanted mail unless the links that people need are approved, or are in a list of safe pages."), .checked = v->s.untested});
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
% }
</form>
<section class="card" aria-labelledby="lists">
<div class="card-head"><h2 id="lists">{{T("DNS lists of domains")}}</h2></div>
<div class="card-body"><p class="muted">{{T("Public lists of domains that stand in bad mail, asked by DNS. At most ten questions are asked for a message. Read the terms of a list before you use it.")}}</p></div>
% if (!v->nlists) {
%     t_part_empty(r, &(struct ui_empty){.icon = "link", .title = T("No list is used"), .text = T("Add the name of a list below, such as multi.example.org.")});
% } else {
<table class="list"><caption class="vh">{{T("DNS lists of domains")}}</caption>
<thead><tr><th scope="col">{{T("List")}}</th><th scope="col">{{T("What it names is")}}</th><th scope="col">{{T("Answers that count")}}</th><th scope="col">{{T("State")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->nlists; i++) {
%         const struct store_reputation_list *l = &v->lists[i];
<tr><td><b><bdi dir="ltr" translate="no">{{l->zone}}</bdi></b>
<span class="sub">{{l->hosts ? T("Asked for whole host names") : T("Asked for registered domains")}}
%         if (l->addresses) {
 {{T("and for IP addresses")}}
%         }
</span></td>
<td data-label="{{T("What it names is")}}">{{pg_risk_word(r, l->level)}}</td>
%         t_part_dns_list(r, &(struct ui_dns_list){"/reputation", l->list_id, l->zone, l->codes, l->enabled, v->may_change});
</tr>
%     }
</tbody></table>
% }
</section>
% if (v->may_change) {
<form class="card" method="post" action="/reputation/lists" novalidate>
%     view_csrf(r, out);
<div class="card-head"><h2>{{T("Add a DNS list")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "zone", .label = T("Name of the list"), .help = T("The zone that is asked, without the domain in front."), .value = v->typed.zone, .max = 255, .placeholder = "multi.example.org", .autocomplete = "off", .inputmode = "url"});
%     t_part_field(r, &(struct ui_field){.name = "list_level", .type = "select", .label = T("What it names is"), .options = v->list_levels, .value = v->typed.level});
%     t_part_field(r, &(struct ui_field){.name = "codes", .label = T("Answers that count"), .optional = true, .help = T("Such as 127.0.0.2 127.0.0.4-127.0.0.7=suspicious; &8 stands for answers with that bit. Empty: any answer."), .value = v->typed.codes, .max = 400, .autocomplete = "off"});
%     t_part_field(r, &(struct ui_field){.name = "hosts", .type = "checkbox", .label = T("Ask for whole host names"), .help = T("Else for the domain that somebody registered, as most lists want it."), .checked = v->typed.hosts});
%     t_part_field(r, &(struct ui_field){.name = "addresses", .type = "checkbox", .label = T("Also ask for links to IP addresses"), .checked = v->typed.addresses});
</div>
<div class="card-foot"><button class="btn">{{T("Add the list")}}</button></div>
</form>
% }
</div>
% t_layout_admin_end(r);
