%args struct web_req *r, const struct pg_blocked_list *v
%include "pages/pg_blocked.h"
% t_layout_admin_begin(r, T("Blocked mail"));
<div class="head"><div class="head-text"><h1>{{T("Blocked mail")}}</h1>
<p>{{T("What was refused before any content came. The senders were told.")}}</p></div>
% t_part_track_tabs(r, true, v->query, v->period);
</div>
<div class="card">
<form class="filters" id="filters" method="get" action="/tracking/blocked" role="search">
<div class="search broad">
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->query}}" dir="auto" aria-label="{{T("Search blocked mail")}}" placeholder="from:*@example.com ip:192.0.2.*" maxlength="1000" enterkeyhint="search" spellcheck="false" autocomplete="off" data-search></div>
<input type="hidden" name="period" value="{{v->period}}"><input type="hidden" name="rows" value="{{v->share.rows}}">
% t_part_choice(r, "reason", T("All reasons"), v->reasons, v->reason);
<button class="btn primary">{{T("Search")}}</button>
<span class="seg" role="group" aria-label="{{T("Period")}}">
% for (const struct ui_option *o = v->periods; o->value; o++) {
<a href="{{url: view_path(r, "/tracking/blocked", "q", v->query, "reason", v->reason, "period", o->value, "zone", v->share.zone, "rows", v->share.rows, NULL)}}"{{? !strcmp(o->value, v->period): aria-current="true"}}>{{o->label}}</a>
% }
</span>
</form>
% t_part_hints(r, "/tracking/blocked", v->period, v->hints, v->nhints);
% if (v->share.note) {
<div class="note" role="status">
%     view_icon(out, "clock", 18);
<span>{{v->share.note}}</span></div>
% }
% if (v->n) {
<table class="list track" id="results"><caption class="vh">{{T("Blocked mail, newest first")}}</caption>
<thead><tr><th scope="col">{{T("Time")}}</th><th scope="col">{{T("From and to")}}</th><th scope="col">{{T("Sending server")}}</th><th scope="col">{{T("Why it was blocked")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_blocked_row *m = &v->rows[i];
<tr><td class="c-when"><time datetime="{{view_iso(r, m->at)}}" title="{{view_when_full(r, m->at)}}">{{view_when_exact(r, m->at)}}</time></td>
<td class="c-from">
%         ui_address(r, out, m->sender);
<bdi class="sub addr" translate="no">{{m->recipient}}</bdi></td>
<td data-label="{{T("Sending server")}}"><a href="{{url: view_path(r, "/tracking/blocked", "q", arena_printf(r->a, "ip:%s", m->client_ip), "period", v->period, NULL)}}"><bdi dir="ltr" translate="no">{{m->client_ip}}</bdi></a>
%         if (*m->client_name) {
<bdi class="sub addr" dir="ltr" translate="no">{{m->client_name}}</bdi>
%         }
</td>
<td><bdi>
%         ui_sentence(r, out, m->reason);
</bdi>
<span class="sub">
%         if (m->permanent) {
%             t_part_badge(r, "danger", "ban", T("Permanent"));
%         } else {
%             t_part_badge(r, "warn", "clock", T("Temporary"));
%         }
<span class="muted num" dir="ltr">{{m->reply}}</span></span></td></tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
% } else if (v->searched) {
%     t_part_empty(r, &(struct ui_empty){"search", "", T("Nothing was blocked"), T("Nothing fits. Try a longer period or fewer words."), "/tracking/blocked?period=all", T("Show all blocked mail")});
% } else {
%     t_part_empty(r, &(struct ui_empty){"shield-check", "ok", T("Nothing was blocked"), T("Mail that is refused before its content comes appears here within seconds."), NULL, NULL});
% }
</div>
% t_layout_admin_end(r);
