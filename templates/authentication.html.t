%args struct web_req *r, const struct pg_auth_list *v
%include "ui.h"
%include "pages/pg_authentication.h"
% t_layout_admin_begin(r, T("Sender authentication"));
<div class="head"><div class="head-text"><h1>{{T("Sender authentication")}}</h1>
<p>{{T("What is done with mail that is probably not from whom it says.")}}</p></div></div>
<div class="card">
<table class="list"><caption class="vh">{{T("Rules of sender authentication")}}</caption>
<thead><tr><th scope="col">{{T("Recipients in")}}</th><th scope="col">{{T("Checks")}}</th><th scope="col">{{T("Rule")}}</th></tr></thead>
<tbody>
% for (int i = 0; i < v->n; i++) {
%     const struct pg_auth_row *d = &v->rows[i];
<tr><td><a class="row-link" href="{{url: *d->id ? arena_printf(r->a, "/authentication/%s", d->id) : "/authentication/default"}}"><b>
%     if (*d->id) {
<bdi dir="ltr" translate="no">{{d->name}}</bdi>
%     } else {
{{T("All domains")}}
%     }
</b></a></td>
<td data-label="{{T("Checks")}}"><span class="badges">
%     bool any = false;
%     for (int m = 0; m < AUTH_METHODS; m++) {
%         if (d->rule.method[m].on) {
%             t_part_badge(r, "ok", "check", pg_auth_title(r, (enum auth_method)m));
%             any = true;
%         }
%     }
%     if (!any) {
%         t_part_badge(r, "", "ban", T("None"));
%     }
</span></td>
<td data-label="{{T("Rule")}}">
%     if (!*d->id) {
{{T("For every domain without a rule of its own")}}
%     } else if (d->own) {
{{T("A rule of its own")}}
%     } else {
<span class="muted">{{T("As for all domains")}}</span>
%     }
</td></tr>
% }
</tbody></table>
% t_part_pager(r, &v->pager);
</div>
% t_layout_admin_end(r);
