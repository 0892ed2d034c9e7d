%args struct web_req *r, const struct pg_conn_countries *v
%include "pages/pg_connection.h"
% t_layout_admin_begin(r, T("Countries - Connection"));
% t_part_conn_head(r, "countries");
<div class="stackv">
% if (!v->database) {
<div class="note warn">
%     view_icon(out, "triangle-alert", 18);
<span>{{T("There is no country database, so these rules do nothing. The operator names one in sekisho.conf (country_database).")}}</span></div>
% }
<section class="card" aria-labelledby="rules"><div class="card-head"><h2 id="rules">{{T("Approved and blocked countries")}}</h2></div>
<div class="card-body"><p class="muted">{{T("By the address of the sending server. Approved and blocked addresses come first.")}}</p>
% t_part_conn_answer(r, &v->counts, "country-blocked", "550 5.7.1");
</div>
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "globe", .title = T("No country has a rule"), .text = T("Choose one below.")});
% } else {
<table class="list"><caption class="vh">{{T("Approved and blocked countries")}}</caption>
<thead><tr><th scope="col">{{T("Country")}}</th><th scope="col">{{T("Rule")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
<tr><td><b><bdi>{{v->rows[i].name}}</bdi></b> <span class="muted">{{v->rows[i].code}}</span></td>
<td data-label="{{T("Rule")}}">
%         if (!strcmp(v->rows[i].list, "blocked")) {
%             t_part_badge(r, "danger", "ban", TC("list", "Blocked"));
%         } else {
%             t_part_badge(r, "ok", "check", T("Approved"));
%         }
</td>
%         if (v->may_change) {
<td class="c-act"><span class="acts"><a class="btn link" href="{{url: arena_printf(r->a, "/connection/countries?country=%s#f-country", v->rows[i].code)}}" aria-label="{{TF(T("Change {server}"), "server", v->rows[i].name)}}">{{T("Change")}}</a></span></td>
%         }
</tr>
%     }
</tbody></table>
% }
</section>
% if (v->may_change) {
<form class="card" method="post" action="/connection/countries" novalidate>
%     view_csrf(r, out);
<div class="card-head"><h2>{{T("Set the rule of a country")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "country", .type = "select", .label = T("Country"), .options = v->all, .value = v->country});
%     t_part_field(r, &(struct ui_field){.name = "list", .type = "select", .label = T("Rule"), .options = v->lists, .value = v->list});
</div>
<div class="card-foot"><button class="btn primary">{{T("Save")}}</button></div>
</form>
% }
</div>
% t_layout_admin_end(r);
