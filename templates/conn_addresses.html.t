%args struct web_req *r, const struct pg_conn_addresses *v
%include "pages/pg_connection.h"
% const bool blocked = !strcmp(v->list, "blocked");
% const char *title = blocked ? T("Blocked addresses") : T("Approved addresses");
% t_layout_admin_begin(r, TF(T("{name} - Connection"), "name", title));
% t_part_conn_head(r, "addresses");
<div class="stackv">
<section class="card" aria-labelledby="which">
<div class="card-head"><h2 id="which">{{title}}</h2>
<nav class="seg" aria-label="{{T("Lists of addresses")}}">
<a href="/connection/addresses?list=approved"{{? !blocked: aria-current="page"}}>{{T("Approved")}}</a>
<a href="/connection/addresses?list=blocked"{{? blocked: aria-current="page"}}>{{TC("list", "Blocked")}}</a>
</nav></div>
<div class="card-body">
% if (blocked) {
<p class="muted">{{T("Nothing is taken from these addresses, unless they are approved, too.")}}</p>
%     t_part_conn_answer(r, &v->counts, "ip-blocked", "550 5.7.1");
% } else {
<p class="muted">{{v->no_spam ? T("These addresses are not refused by any list, by their country or for their reverse DNS, and skip the rules about spam.") : T("These addresses are not refused by any list, by their country or for their reverse DNS. Their mail is scanned as all other.")}}</p>
% }
</div>
<form class="filters" id="filters" method="get" action="/connection/addresses" role="search">
<input type="hidden" name="list" value="{{v->list}}">
<label class="search"><span class="vh">{{T("Search address or note")}}</span>
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->search}}" placeholder="{{T("Search address or note")}}" maxlength="100"></label>
<button class="btn">{{T("Search")}}</button>
% if (*v->search) {
<a class="btn quiet" href="{{url: view_path(r, "/connection/addresses", "list", v->list, NULL)}}">{{T("Clear search")}}</a>
% }
<a class="btn" href="{{url: view_path(r, "/connection/addresses/export", "list", v->list, NULL)}}">
% view_icon(out, "download", 18);
{{T("Export")}}</a>
% if (v->may_change) {
<a class="btn" href="{{url: view_path(r, "/connection/addresses/import", "list", v->list, NULL)}}">
%     view_icon(out, "file-text", 18);
{{T("Import")}}</a>
% }
</form>
% if (!v->n && *v->search) {
%     t_part_empty(r, &(struct ui_empty){.icon = "search", .title = T("No address matches"), .text = TF(T("No address begins with \"{text}\", and no note contains it."), "text", v->search), .link = view_path(r, "/connection/addresses", "list", v->list, NULL), .label = T("Clear search")});
% } else if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "server", .title = blocked ? T("No address is blocked") : T("No address is approved"), .text = T("Add one below, or import a list.")});
% } else {
<table class="list" id="results"><caption class="vh">{{title}}</caption>
<thead><tr><th scope="col">{{T("Address or network")}}</th><th scope="col">{{T("Note")}}</th><th scope="col">{{T("Added")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct store_conn_address *x = &v->rows[i];
<tr><td><b><bdi dir="ltr" translate="no">{{x->network}}</bdi></b></td>
<td data-label="{{T("Note")}}"><bdi translate="no">{{x->note}}</bdi></td>
<td class="c-when" data-label="{{T("Added")}}"><time datetime="{{view_iso(r, x->created_at)}}" title="{{view_when_full(r, x->created_at)}}">{{view_when(r, x->created_at)}}</time></td>
%         if (v->may_change) {
<td class="c-act"><span class="acts"><a class="btn icon" data-confirm href="{{url: arena_printf(r->a, "/connection/addresses/%s/delete", x->address_id)}}" aria-label="{{TF(T("Delete {server}"), "server", x->network)}}" title="{{T("Delete")}}">
%             view_icon(out, "trash-2", 18);
</a></span></td>
%         }
</tr>
%     }
</tbody></table>
% }
% t_part_pager(r, &v->pager);
</section>
% if (v->may_change) {
<form class="card" method="post" action="/connection/addresses" novalidate>
%     view_csrf(r, out);
<input type="hidden" name="list" value="{{v->list}}">
<div class="card-head"><h2>{{blocked ? T("Block an address") : T("Approve an address")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "network", .label = T("Address or network"), .help = T("IPv4 or IPv6, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32."), .value = v->network, .max = 100, .autocomplete = "off", .placeholder = "192.0.2.0/24"});
%     t_part_field(r, &(struct ui_field){.name = "note", .label = T("Note"), .optional = true, .help = T("Why, for whoever looks at it later."), .value = v->note, .max = 200, .autocomplete = "off"});
</div>
<div class="card-foot"><button class="btn primary">{{blocked ? T("Block") : T("Approve")}}</button></div>
</form>
% }
</div>
% t_layout_admin_end(r);
