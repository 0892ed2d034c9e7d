%args struct web_req *r, const struct ui_dns_list *l
%include "ui.h"
<td data-label="{{T("Answers that count")}}">
% if (*l->codes) {
<bdi dir="ltr" translate="no">{{l->codes}}</bdi>
% } else {
{{T("Any")}}
% }
</td>
<td data-label="{{T("State")}}">
% if (l->enabled) {
%     t_part_badge(r, "ok", "check", T("On"));
% } else {
%     t_part_badge(r, "", "ban", T("Off"));
% }
</td>
% if (l->may_change) {
<td class="c-act"><form class="acts" method="post" action="{{url: arena_printf(r->a, "%s/lists/%s", l->base, l->id)}}">
%     view_csrf(r, out);
%     if (!l->enabled) {
<input type="hidden" name="on" value="1">
%     }
<button class="btn link" aria-label="{{TF(l->enabled ? T("Turn {list} off") : T("Turn {list} on"), "list", l->zone)}}">{{l->enabled ? T("Turn off") : T("Turn on")}}</button>
<a class="btn icon" data-confirm href="{{url: arena_printf(r->a, "%s/lists/%s/delete", l->base, l->id)}}" aria-label="{{TF(T("Delete {server}"), "server", l->zone)}}" title="{{T("Delete")}}">
%     view_icon(out, "trash-2", 18);
</a></form></td>
% }
