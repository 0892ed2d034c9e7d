%args struct web_req *r, const struct pg_users *v
%include "ui.h"
%include "pages/pg_users.h"
% t_layout_admin_begin(r, T("Users"));
<div class="head"><div class="head-text"><h1>{{T("Users")}}</h1>
<p>{{T("Administrators, and people who look after their own held mail.")}}</p></div>
<div class="btns"><a class="btn" href="/users/second-step">{{T("Second step")}}</a>
% if (v->may_change) {
<a class="btn primary" href="/users/add">
%     view_icon(out, "user-plus", 18);
{{T("Add a user")}}</a>
% }
</div></div>
<div class="card">
<form class="filters" id="filters" method="get" action="/users" role="search">
<label class="search"><span class="vh">{{T("Search name or address")}}</span>
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->search}}" placeholder="{{T("Search name or address")}}" maxlength="200"></label>
<button class="btn">{{T("Search")}}</button>
% if (*v->search) {
<a class="btn quiet" href="/users">{{T("Clear search")}}</a>
% }
</form>
% if (!v->n && *v->search) {
%     t_part_empty(r, &(struct ui_empty){.icon = "search", .title = T("Nobody matches"), .text = TF(T("No name or address contains \"{text}\"."), "text", v->search), .link = "/users", .label = T("Clear search")});
% } else if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "users", .title = T("Nothing more here"), .text = T("There are no further users."), .link = "/users", .label = T("Back to the beginning")});
% } else {
<table class="list" id="results"><caption class="vh">{{T("Users")}}</caption>
<thead><tr><th scope="col">{{T("Name and address")}}</th><th scope="col">{{T("Role")}}</th><th scope="col">{{T("Language")}}</th><th scope="col">{{T("Last sign-in")}}</th><th scope="col">{{T("State")}}</th></tr></thead>
<tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_user *u = &v->rows[i];
<tr><td><a class="row-link" href="{{url: arena_printf(r->a, "/users/%s", u->id)}}"><b><bdi translate="no">{{*u->name ? u->name : u->address}}</bdi></b></a>
%         if (*u->name) {
<span class="sub"><bdi dir="ltr" translate="no">{{u->address}}</bdi></span>
%         }
</td>
<td data-label="{{T("Role")}}">{{ui_role_word(r, u->role)}}
%         if (u->self) {
<span class="muted">{{T("(you)")}}</span>
%         }
</td>
<td data-label="{{T("Language")}}">
%         if (*u->lang) {
<span lang="{{u->lang}}">{{view_language_name(r, u->lang)}}</span>
%         } else {
<span class="muted">{{T("The organisation's")}}</span>
%         }
</td>
<td class="c-when" data-label="{{T("Last sign-in")}}">
%         if (u->last_sign_in) {
<time datetime="{{view_iso(r, u->last_sign_in)}}" title="{{view_when_full(r, u->last_sign_in)}}">{{view_when(r, u->last_sign_in)}}</time>
%         } else {
<span class="muted">{{T("Never")}}</span>
%         }
</td>
<td>
%         t_part_user_state(r, u->active);
</td></tr>
%     }
</tbody></table>
% }
% if (v->pager.newer || v->pager.older) {
%     t_part_pager(r, &v->pager);
% }
</div>
% t_layout_admin_end(r);
