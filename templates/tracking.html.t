%args struct web_req *r, const struct pg_track_list *v
%include "pages/pg_tracking.h"
% t_layout_admin_begin(r, T("Message tracking"));
<div class="head"><div class="head-text"><h1>{{T("Message tracking")}}</h1>
<p>{{T("Every message that arrived, and what happened to it.")}}</p></div>
% t_part_track_tabs(r, false, v->query, v->period);
</div>
<div class="card">
<form class="filters" id="filters" method="get" action="/tracking" role="search">
<div class="search broad">
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->query}}" dir="auto" aria-label="{{T("Search messages")}}" aria-describedby="query-help" placeholder="from:*@example.com status:held" maxlength="1000" enterkeyhint="search" spellcheck="false" autocomplete="off" data-search></div>
<input type="hidden" name="period" value="{{v->period}}"><input type="hidden" name="rows" value="{{v->share.rows}}">
<button class="btn primary">{{T("Search")}}</button>
<span class="seg" role="group" aria-label="{{T("Period")}}">
% for (const struct ui_option *o = v->periods; o->value; o++) {
<a href="{{url: view_path(r, "/tracking", "q", v->query, "period", o->value, "zone", v->share.zone, "rows", v->share.rows, NULL)}}"{{? !strcmp(o->value, v->period): aria-current="true"}}>{{o->label}}</a>
% }
</span>
<details class="menu end query-help" name="filter"><summary class="btn quiet">
% view_icon(out, "circle-help", 18);
{{T("Search words")}}</summary><div class="pop"><dl class="pairs" id="query-help">
<dt><code>from:</code></dt><dd>{{T("sender, in the envelope or the header")}}</dd>
<dt><code>to:</code></dt><dd>{{T("recipient")}}</dd>
<dt><code>subject:</code></dt><dd>{{T("words of the subject")}}</dd>
<dt><code>status:</code></dt><dd>{{T("held, delivered, waiting, refused, bounced, deleted ...")}}</dd>
<dt><code>domain:</code></dt><dd>{{T("domain of the recipient")}}</dd>
<dt><code>ip:</code></dt><dd>{{T("address of the sending server")}}</dd>
<dt><code>id:</code></dt><dd>{{T("Message-ID, queue ID or our own ID")}}</dd>
<dt><code>after:</code> <code>before:</code></dt><dd>{{T("2026-11-24, \"2026-11-24 09:00\", yesterday or -3h")}}</dd>
</dl><p class="help">{{T("* stands for any text, a minus in front excludes, quotes keep words together.")}}</p></div></details>
</form>
% t_part_hints(r, "/tracking", v->period, v->hints, v->nhints);
% if (v->share.note) {
<div class="note" role="status">
%     view_icon(out, "clock", 18);
<span>{{v->share.note}}</span></div>
% }
% if (v->n) {
<table class="list track" id="results"><caption class="vh">{{T("Messages, newest first")}}</caption>
<thead><tr><th scope="col">{{T("Received")}}</th><th scope="col">{{T("From and to")}}</th><th scope="col">{{T("Subject")}}</th><th scope="col">{{T("Result")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_track_row *m = &v->rows[i];
<tr><td class="c-when"><time datetime="{{view_iso(r, m->received_at)}}" title="{{view_when_full(r, m->received_at)}}">{{view_when_exact(r, m->received_at)}}</time></td>
<td class="c-from">
%         ui_address(r, out, m->sender);
<bdi class="sub addr" translate="no">{{m->recipient}}</bdi></td>
<td class="c-subject"><a class="row-link" href="{{url: arena_printf(r->a, "/tracking/%s", m->message_id)}}"><bdi translate="no">{{m->subject}}</bdi></a></td>
<td class="c-kind">
%         t_part_state(r, m->state);
</td></tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
% } else if (v->searched) {
%     t_part_filters(r, (const struct ui_filter[]){{T("Search"), v->query, NULL}, {T("Period"), NULL, ui_option_label(v->periods, v->period)}, {NULL, NULL, NULL}});
%     t_part_empty(r, &(struct ui_empty){"search", "", T("No message matches"), T("Try a longer period or fewer words."), "/tracking?period=all", T("Show all messages")});
% } else {
%     t_part_empty(r, &(struct ui_empty){"route", "", T("No mail yet"), T("As soon as a message arrives, its way is shown here."), NULL, NULL});
% }
</div>
% t_layout_admin_end(r);
