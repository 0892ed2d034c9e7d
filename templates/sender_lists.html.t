%args struct web_req *r, const struct pg_sender_lists_view *v
%include "pages/pg_senders.h"
% t_layout_admin_begin(r, T("Sender lists: recipients"));
<div class="head"><div class="head-text"><h1>{{T("Sender lists")}}</h1>
<p>{{T("Whose lists are applied. Lists that are not applied are kept.")}}</p></div></div>
<div class="card">
% t_sender_tabs(r, "lists", -1, -1);
<form class="filters" id="filters" method="get" action="/senders/lists" role="search">
<label class="search"><span class="vh">{{T("Search recipient")}}</span>
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->search}}" placeholder="{{T("Search recipient")}}" maxlength="200" data-search></label>
<button class="btn">{{T("Search")}}</button>
% if (*v->search) {
<a class="btn link" href="/senders/lists">{{T("Clear search")}}</a>
% }
</form>
% if (!v->n && *v->search) {
%     t_part_empty(r, &(struct ui_empty){"search", "", T("No recipient matches"), T("Only recipients who have or had a list are here."), "/senders/lists", T("Clear search")});
% } else if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){"users", "", T("There are no lists yet"), T("Whoever allows or blocks a sender appears here."), "/senders", T("Allow a sender")});
% } else {
<table class="list" id="results"><caption class="vh">{{T("Recipients with lists")}}</caption>
<thead><tr><th scope="col">{{TC("list", "Recipient")}}</th><th scope="col" class="c-end">{{T("Allowed senders")}}</th><th scope="col" class="c-end">{{T("Blocked senders")}}</th><th scope="col">{{T("Status")}}</th><td></td></tr></thead>
<tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct store_sender_lists *l = &v->rows[i];
<tr><td>
%         if (*l->target) {
<a class="row-link" href="{{url: view_path(r, "/senders", "for", l->target, NULL)}}"><bdi class="addr" translate="no">{{l->target}}</bdi></a>
%         } else {
<a class="row-link" href="/senders?level=wide">{{T("Whole organisation")}}</a>
%         }
</td>
<td class="c-end num" data-label="{{T("Allowed senders")}}">{{#l->approved}}</td>
<td class="c-end num" data-label="{{T("Blocked senders")}}">{{#l->blocked}}</td>
<td data-label="{{T("Status")}}">
%         if (l->enabled) {
%             t_part_badge(r, "ok", "check", T("Applied"));
%         } else {
%             t_part_badge(r, "", "ban", T("Not applied"));
%         }
</td>
<td class="c-act">
%         if (v->may_change) {
<span class="acts"><form method="post" action="/senders/lists">
%             view_csrf(r, out);
<input type="hidden" name="target" value="{{l->target}}"><input type="hidden" name="back" value="{{v->here}}">
%             if (l->enabled) {
<button class="btn" name="state" value="off">{{T("Stop applying")}}<span class="vh">: {{pg_sender_target_word(r, l->target)}}</span></button>
%             } else {
<button class="btn" name="state" value="on">{{T("Apply")}}<span class="vh">: {{pg_sender_target_word(r, l->target)}}</span></button>
%             }
</form></span>
%         }
</td></tr>
%     }
</tbody></table>
% }
% t_part_pager(r, &v->pager);
</div>
% t_layout_admin_end(r);
