%args struct web_req *r, const struct pg_looks_view *v
%include "pages/pg_looks.h"
%include "ui.h"
% t_layout_portal_begin(r, T("Who looked at my mail"), v->held);
% t_part_crumbs(r, "/settings", T("Settings"), T("Who looked at my mail"));
<div class="head"><div class="head-text"><h1>{{T("Who looked at my mail")}}</h1>
<p>{{T("What others did with mail to your mailboxes: administrators, and people who share a mailbox with you.")}}</p></div></div>
<div class="card">
% if (!v->n && v->first) {
%     t_part_empty(r, &(struct ui_empty){.icon = "shield-check", .tone = "ok", .title = T("Nobody looked at your mail"), .text = T("When an administrator opens, looks up or delivers a message of yours, it is listed here. Nobody can turn this off."), .link = "/", .label = T("Back to the quarantine")});
% } else if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "shield-check", .title = T("Nothing more here"), .text = T("There are no older entries."), .link = "/settings/activity", .label = T("Back to the beginning")});
% } else {
<table class="list"><caption class="vh">{{T("Who looked at my mail")}}</caption>
<thead><tr><th scope="col">{{T("Message")}}</th><th scope="col">{{T("What")}}</th><th scope="col">{{T("Who")}}</th><th scope="col">{{T("When")}}</th></tr></thead>
<tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct store_look *l = v->rows[i].l;
%         const char *subject = *l->subject ? view_safe(r, l->subject) : T("(no subject)");
<tr><td>
%         if (*l->recipient_id) {
<a class="row-link" href="{{url: arena_printf(r->a, "/m/%s", l->recipient_id)}}"><b><bdi translate="no">{{subject}}</bdi></b></a>
%         } else {
<b><bdi translate="no">{{subject}}</bdi></b>
%         }
<span class="sub"><bdi dir="ltr" translate="no">{{l->address}}</bdi></span></td>
<td data-label="{{T("What")}}">
%         t_part_badge(r, v->rows[i].tone, v->rows[i].icon, v->rows[i].what);
%         if (*l->reason) {
<span class="sub">{{TF(T("Reason: {text}"), "text", view_safe(r, l->reason))}}</span>
%         }
</td>
<td data-label="{{T("Who")}}"><bdi translate="no">{{v->rows[i].who}}</bdi></td>
<td class="c-when" data-label="{{T("When")}}"><time datetime="{{view_iso(r, l->at)}}" title="{{view_when_full(r, l->at)}}">{{view_when(r, l->at)}}</time></td></tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
% }
</div>
% t_layout_portal_end(r);
