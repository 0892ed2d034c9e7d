%args struct web_req *r, const struct pg_conn_rdns *v
%include "pages/pg_connection.h"
% t_layout_admin_begin(r, T("Reverse DNS - Connection"));
% t_part_conn_head(r, "rdns");
<div class="stackv">
<section class="card" aria-labelledby="rules"><div class="card-head"><h2 id="rules">{{T("Rules of reverse DNS")}}</h2></div>
<div class="card-body"><p class="muted">{{T("A mail server of good standing has a name in reverse DNS, and that name leads back to its address. The most exact rule for the sender's domain holds. Approved addresses are exempt.")}}</p>
% t_part_conn_answer(r, &v->counts, "ptr-missing", "550 5.7.25");
</div>
<table class="list"><caption class="vh">{{T("Rules of reverse DNS")}}</caption>
<thead><tr><th scope="col">{{T("Domain of the sender")}}</th><th scope="col">{{T("Without a name")}}</th><th scope="col">{{T("Name does not lead back")}}</th>
% if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
% }
</tr></thead><tbody>
% for (int i = 0; i < v->n; i++) {
%     const struct store_conn_rdns *x = &v->rows[i];
%     const char *name = pg_conn_rdns_name(r, x->sender);
%     const char *key = *x->sender ? x->sender : "<>";
<tr><td><b><bdi translate="no">{{name}}</bdi></b></td>
<td data-label="{{T("Without a name")}}">
%     if (x->missing) {
%         t_part_badge(r, "danger", "ban", T("Refused"));
%     } else {
%         t_part_badge(r, "", "minus", T("Not checked"));
%     }
</td>
<td data-label="{{T("Name does not lead back")}}">
%     if (x->invalid) {
%         t_part_badge(r, "danger", "ban", T("Refused"));
%     } else {
%         t_part_badge(r, "", "minus", T("Not checked"));
%     }
</td>
%     if (v->may_change) {
<td class="c-act"><span class="acts"><a class="btn link" href="{{url: view_path(r, "/connection/reverse-dns", "sender", key, NULL)}}" aria-label="{{TF(T("Change {server}"), "server", name)}}">{{T("Change")}}</a>
%         if (*x->sender && strcmp(x->sender, "*")) {
<a class="btn icon" data-confirm href="{{url: view_path(r, "/connection/reverse-dns/delete", "sender", x->sender, NULL)}}" aria-label="{{TF(T("Delete {server}"), "server", name)}}" title="{{T("Delete")}}">
%             view_icon(out, "trash-2", 18);
</a>
%         }
</span></td>
%     }
</tr>
% }
</tbody></table>
% t_part_pager(r, &v->pager);
</section>
% if (v->may_change) {
<form class="card" method="post" action="/connection/reverse-dns" novalidate>
%     view_csrf(r, out);
%     t_part_version(r, v->version);
<input type="hidden" name="edit" value="{{v->edit}}">
<div class="card-head"><h2>
%     if (*v->edit) {
{{TF(T("Rule for {sender}"), "sender", pg_conn_rdns_name(r, v->edit))}}
%     } else {
{{T("Add a rule")}}
%     }
</h2></div>
<div class="card-form">
%     if (!*v->edit) {
%         t_part_field(r, &(struct ui_field){.name = "sender", .label = T("Domain of the sender"), .help = T("example.com is exactly this domain; *.example.com is everything below it."), .value = v->sender, .max = 300, .placeholder = "*.example.com", .autocomplete = "off", .inputmode = "url"});
%     }
%     t_part_field(r, &(struct ui_field){.name = "missing", .type = "checkbox", .label = T("Refuse servers whose address has no name"), .checked = v->missing});
%     t_part_field(r, &(struct ui_field){.name = "invalid", .type = "checkbox", .label = T("Refuse servers whose name does not lead back to their address"), .checked = v->invalid});
</div>
<div class="card-foot"><button class="btn primary">{{T("Save the rule")}}</button>
%     if (*v->edit) {
<a class="btn quiet" href="/connection/reverse-dns">{{T("Cancel")}}</a>
%     }
</div>
</form>
% }
</div>
% t_layout_admin_end(r);
