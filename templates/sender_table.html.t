%args struct web_req *r, const struct pg_senders *v
%include "pages/pg_senders.h"
<form method="post" action="/senders/remove" data-select>
% view_csrf(r, out);
<input type="hidden" name="back" value="{{v->here}}">
% if (v->may_change) {
<div class="bulk">
<p class="tally" role="status"><span class="off-select">{{T("Newest first")}}</span>
<span class="on-select" data-count data-one="{{TN("{n} sender selected", "{n} senders selected", 1)}}" data-many="{{TN("{n} sender selected", "{n} senders selected", 7)}}">{{T("With selected senders")}}</span></p>
<span class="btns"><button class="btn danger" formaction="/senders/remove">
%     view_icon(out, "trash-2", 18);
{{T("Remove")}}</button>
<button class="btn quiet" type="button" hidden data-select-none>{{T("Clear selection")}}</button></span></div>
% }
<table class="list" id="results"><caption class="vh">{{v->approved ? T("Allowed senders, newest first") : T("Blocked senders, newest first")}}</caption>
<thead><tr>
% if (v->may_change) {
<td class="c-box"><label hidden><span class="vh">{{T("Select all on this page")}}</span><input type="checkbox" data-select-all></label></td>
% }
<th scope="col">{{TC("list", "Sender")}}</th>
<th scope="col">{{v->admin ? TC("list", "Recipient") : T("Applies to")}}</th>
% if (v->approved) {
<th scope="col">{{T("Sender verified?")}}</th>
% }
% if (v->admin) {
<th scope="col">{{T("Status")}}</th>
% }
<th scope="col" class="c-end">{{T("Hits in 30 days")}}</th>
<th scope="col" class="c-end">{{T("Added")}}</th>
% if (v->may_change) {
<td></td>
% }
</tr></thead><tbody>
% for (int i = 0; i < v->n; i++) {
%     const struct pg_sender *s = &v->rows[i];
<tr>
%     if (v->may_change) {
<td class="c-box">
%         if (!s->company) {
<label><span class="vh">{{TF(T("Select: {sender}"), "sender", s->pattern)}}</span><input type="checkbox" name="id" value="{{s->id}}"></label>
%         }
</td>
%     }
<td><b>
%     ui_address(r, out, s->pattern);
</b>
%     if (*s->name) {
<span class="sub"><bdi translate="no">{{s->name}}</bdi></span>
%     }
%     if (v->admin) {
<span class="sub">{{s->applies}}</span>
%     } else if (s->company) {
<span class="sub">{{T("Set by your organisation")}}</span>
%     } else if (v->nmailboxes > 1) {
<span class="sub">
%         ui_sentence(r, out, TF(T("for {mailbox}"), "mailbox", s->target));
</span>
%     }
%     if (s->expires_at) {
<span class="sub">{{TF(T("until {day}"), "day", view_day(r, s->expires_at))}}</span>
%     }
</td>
%     if (v->admin) {
<td data-label="{{TC("list", "Recipient")}}">
%         ui_address(r, out, s->target);
</td>
%     } else {
<td data-label="{{T("Applies to")}}">{{s->applies}}</td>
%     }
%     if (v->approved) {
<td data-label="{{T("Sender verified?")}}">
%         if (s->overruled) {
%             t_part_badge(r, "danger", "ban", T("Blocked by the organisation"));
%         } else if (!s->only_verified) {
%             t_part_badge(r, "warn", "badge-alert", T("Not required"));
%         } else if (s->unproven > 0) {
%             t_part_badge(r, "warn", "badge-alert", TC("sender", "Not verified"));
<span class="sub">{{TF(TN("{n} message was not verified", "{n} messages were not verified", s->unproven), "n", view_int(r, s->unproven))}}</span>
%         } else if (s->messages > 0) {
%             t_part_badge(r, "ok", "badge-check", T("Verified"));
%         } else {
<span class="muted">{{T("None yet")}}</span>
%         }
</td>
%     }
%     if (v->admin) {
<td data-label="{{T("Status")}}">
%         if (s->enabled) {
%             t_part_badge(r, "ok", "check", T("Applied"));
%         } else {
%             t_part_badge(r, "", "ban", T("Not applied"));
%         }
</td>
%     }
<td class="c-end num" data-label="{{T("Hits in 30 days")}}">
%     if (s->history) {
<a href="{{url: s->history}}" aria-label="{{TF(TN("{n} message matches {sender}: show it in the delivery history", "{n} messages match {sender}: show them in the delivery history", s->messages), "n", view_int(r, s->messages), "sender", s->pattern)}}">{{#s->messages}}</a>
%     } else {
{{#s->messages}}
%     }
</td>
<td class="c-when c-end" data-label="{{T("Added")}}"><time datetime="{{view_iso(r, s->added_at)}}" title="{{view_when_full(r, s->added_at)}}">{{view_when(r, s->added_at)}}</time></td>
%     if (v->may_change) {
<td class="c-act"><span class="acts">
%         if (s->company) {
<span class="locked" title="{{T("Only your organisation can change this entry")}}">
%             view_icon(out, "lock", 18);
<span class="vh">{{T("Only your organisation can change this entry")}}</span></span>
%         } else {
<button class="btn icon" name="one" value="{{s->id}}" data-key="#" title="{{T("Remove")}}" aria-label="{{TF(T("Remove: {sender}"), "sender", s->pattern)}}">
%             view_icon(out, "trash-2", 18);
</button>
%         }
</span></td>
%     }
</tr>
% }
</tbody></table>
% t_part_pager(r, &v->pager);
</form>
