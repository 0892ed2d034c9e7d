%args struct web_req *r, const struct pg_suspended *v
%include "ui.h"
%include "pages/pg_suspended.h"
% t_layout_admin_begin(r, T("Suspended sources"));
<div class="head"><div class="head-text"><h1>{{T("Suspended sources")}}</h1>
<p>{{T("Outbound mail from these computers and senders is refused, because it may be spam. The sender is told to ask the mail administrator.")}}</p></div></div>
<div class="stackv">
<div class="card">
% if (!v->n) {
%     t_part_empty(r, &(struct ui_empty){.icon = "circle-check", .tone = "ok", .title = T("Nothing is suspended"), .text = T("When a computer or a sender sends spam, stop it here until the cause is found.")});
% } else {
<table class="list"><caption class="vh">{{T("Suspended sources")}}</caption>
<thead><tr><th scope="col">{{T("Source")}}</th><th scope="col">{{T("Note")}}</th><th scope="col">{{TC("suspended", "Since")}}</th>
%     if (v->may_change) {
<th scope="col"><span class="vh">{{T("Actions")}}</span></th>
%     }
</tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_suspension *s = &v->rows[i];
<tr><td>
%         ui_address(r, out, view_safe(r, s->source));
</td>
<td data-label="{{T("Note")}}"><bdi translate="no">{{*s->note ? s->note : "–"}}</bdi></td>
<td class="c-when" data-label="{{TC("suspended", "Since")}}"><time datetime="{{view_iso(r, s->created_at)}}" title="{{view_when_full(r, s->created_at)}}">{{view_when(r, s->created_at)}}</time></td>
%         if (v->may_change) {
<td class="c-act"><form class="acts" method="post" action="/suspended/resume">
%             view_csrf(r, out);
<input type="hidden" name="source" value="{{s->source}}">
<button class="btn" aria-label="{{TF(T("Resume {source}"), "source", s->source)}}">{{T("Resume")}}</button></form></td>
%         }
</tr>
%     }
</tbody></table>
% }
% if (v->pager.newer || v->pager.older) {
%     t_part_pager(r, &v->pager);
% }
</div>
% if (v->may_change) {
<form class="card" method="post" action="/suspended" novalidate>
%     view_csrf(r, out);
<div class="card-head"><h2>{{T("Suspend a source")}}</h2></div>
<div class="card-form">
%     t_part_field(r, &(struct ui_field){.name = "source", .label = T("IP address or sender"), .help = T("Such as 192.0.2.1 or name@example.com. Mail on its way already is not called back."), .value = v->typed, .max = 320, .autocomplete = "off"});
%     t_part_field(r, &(struct ui_field){.name = "note", .label = T("Note"), .help = T("Why, for your colleagues. The sender does not see it."), .value = v->note, .max = 200, .autocomplete = "off", .optional = true});
</div>
<div class="card-foot"><button class="btn danger">{{T("Suspend the source")}}</button></div>
</form>
% }
</div>
% t_layout_admin_end(r);
