%args struct web_req *r, const struct pg_conn_reputation *v
%include "pages/pg_connection.h"
% t_layout_admin_begin(r, T("IP reputation - Connection"));
% t_part_conn_head(r, "reputation");
<div class="stackv">
<form class="card" method="post" action="/connection" novalidate>
% view_csrf(r, out);
% t_part_version(r, v->version);
<div class="card-head"><h2>{{T("Own observation and senders")}}</h2></div>
<fieldset class="plain card-form"{{? !v->may_change: disabled}}><legend class="vh">{{T("Own observation and senders")}}</legend>
% t_part_field(r, &(struct ui_field){.name = "level", .type = "select", .label = T("Dynamic list"), .help = T("Sekisho counts the bad and the good mail of every source. Who sends much bad mail is refused for now, for 5 minutes to 12 hours; that ends by itself."), .options = v->levels, .value = arena_printf(r->a, "%d", v->s.dynamic_level)});
% t_part_conn_answer(r, &v->counts, "ip-dynamic", "450 4.7.1");
% t_part_field(r, &(struct ui_field){.name = "check_sender", .type = "checkbox", .label = T("Refuse senders whose domain does not exist"), .help = T("The domain of the envelope sender needs an MX record or an address. The empty sender is always accepted."), .checked = v->s.check_sender});
% if (!v->sender_domain) {
<p class="note warn">{{T("This check is off for the whole installation (sender_domain in sekisho.conf).")}}</p>
% }
% t_part_conn_answer(r, &v->counts, "sender-domain-unknown", "550 5.1.8");
% t_part_field(r, &(struct ui_field){.name = "no_spam", .type = "checkbox", .label = T("Approved addresses and countries also skip the rules about spam"), .help = T("Malware and phishing are still held."), .checked = v->s.approved_no_spam});
</fieldset>
% if (v->may_change) {
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
% }
</form>
<section class="card" aria-labelledby="lists">
<div class="card-head"><h2 id="lists">{{T("DNS lists")}}</h2></div>
<div class="card-body"><p class="muted">{{T("Public lists of bad sources, asked by DNS. Read the terms of a list before you use it.")}}</p>
% t_part_conn_answer(r, &v->counts, "ip-on-list", "550 5.7.1");
</div>
% if (!v->nlists) {
%     t_part_empty(r, &(struct ui_empty){.icon = "shield-alert", .title = T("No list is used"), .text = T("Add the name of a list below, such as bl.example.org.")});
% } else {
<table class="list"><caption class="vh">{{T("DNS lists")}}</caption>
<thead><tr><th scope="col">{{T("List")}}</th><th scope="col">{{T("Answers that count")}}</th><th scope="col">{{T("State")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->nlists; i++) {
%         const struct store_conn_list *l = &v->lists[i];
<tr><td><b><bdi dir="ltr" translate="no">{{l->zone}}</bdi></b></td>
%         t_part_dns_list(r, &(struct ui_dns_list){"/connection", l->list_id, l->zone, l->codes, l->enabled, v->may_change});
</tr>
%     }
</tbody></table>
% }
</section>
% if (v->may_change) {
<form class="card" method="post" action="/connection/lists" novalidate>
%     view_csrf(r, out);
<div class="card-head"><h2>{{T("Add a DNS list")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "zone", .label = T("Name of the list"), .help = T("The zone that is asked, without the address."), .value = v->zone, .max = 255, .placeholder = "bl.example.org", .autocomplete = "off", .inputmode = "url"});
%     t_part_field(r, &(struct ui_field){.name = "codes", .label = T("Answers that count"), .optional = true, .help = T("Such as 127.0.0.2 127.0.0.4-127.0.0.7. Empty: any answer in 127.0.0.x."), .value = v->codes, .max = 200, .autocomplete = "off"});
</div>
<div class="card-foot"><button class="btn">{{T("Add the list")}}</button></div>
</form>
% }
</div>
% t_layout_admin_end(r);
