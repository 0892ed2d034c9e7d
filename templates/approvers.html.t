%args struct web_req *r, const struct pg_approvers *v
%include "ui.h"
%include "pages/pg_approvers.h"
% t_layout_admin_begin(r, T("Who decides about requests"));
<div class="crumbs-row">
% t_part_crumbs(r, "/requests", T("Release requests"), T("Who decides about requests"));
</div>
<div class="head"><div class="head-text"><h1>{{T("Who decides about requests")}}</h1>
<p>{{T("Those named for a domain, else those named for all domains, else everybody who may deliver held mail. Owners always may, and nobody decides about a request of the own.")}}</p></div>
% if (v->may_change) {
<div class="btns"><a class="btn primary" href="/requests/approvers/add">
%     view_icon(out, "plus", 18);
{{T("Add a group")}}</a></div>
% }
</div>
<div class="stackv">
<div class="card">
% if (!v->ngroups) {
%     t_part_empty(r, &(struct ui_empty){.icon = "users", .title = T("No groups yet"), .text = T("Without groups everybody who may deliver held mail gets the requests."), .link = v->may_change ? "/requests/approvers/add" : NULL, .label = T("Add a group")});
% } else {
<table class="list"><caption class="vh">{{T("Groups of approvers")}}</caption>
<thead><tr><th scope="col">{{T("Group")}}</th><th scope="col">{{T("Members")}}</th><th scope="col">{{T("Domains")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->ngroups; i++) {
<tr><td><a class="row-link" href="{{url: arena_printf(r->a, "/requests/approvers/%s", v->groups[i].group_id)}}"><b><bdi translate="no">{{v->groups[i].name}}</bdi></b></a>
%         if (!v->groups[i].nmembers) {
<span class="sub"><span class="tone-warn">
%             view_icon(out, "triangle-alert", 16);
</span> {{T("Nobody of it can decide any more: others do.")}}</span>
%         }
</td>
<td class="addr" data-label="{{T("Members")}}"><bdi translate="no">{{v->members[i]}}</bdi></td>
<td class="addr" data-label="{{T("Domains")}}"><bdi translate="no">{{v->domains[i]}}</bdi></td></tr>
%     }
</tbody></table>
% }
</div>
% if (v->nsingle) {
<div class="card"><div class="card-head"><h2>{{T("Named one by one")}}</h2></div>
<table class="list"><caption class="vh">{{T("Named one by one")}}</caption>
<thead><tr><th scope="col">{{T("Address")}}</th><th scope="col">{{T("Domains")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->nsingle; i++) {
<tr><td class="addr" data-label="{{T("Address")}}"><bdi translate="no">{{v->single[i].address}}</bdi></td><td class="addr" data-label="{{T("Domains")}}"><bdi>{{*v->single[i].domain ? v->single[i].domain : T("All domains")}}</bdi></td></tr>
%     }
</tbody></table></div>
% }
</div>
% t_layout_admin_end(r);
