%args struct web_req *r, const struct pg_audit_list *v
%include "pages/pg_audit.h"
% t_layout_admin_begin(r, T("Audit log"));
<div class="head"><div class="head-text"><h1>{{T("Audit log")}}</h1>
<p>{{T("Who did what. Entries are chained, so that a change would be noticed.")}}</p></div></div>
<div class="card">
<form class="filters" id="filters" method="get" action="/audit" role="search">
<div class="search">
% view_icon(out, "search", 18);
<input class="input" type="search" name="actor" value="{{v->actor}}" aria-label="{{T("Search by person")}}" placeholder="{{T("Search by person")}}" maxlength="320" autocomplete="off" data-search></div>
% t_part_choice(r, "event", T("All events"), v->events, v->event);
% t_part_choice(r, "period", v->periods[0].label, v->periods, v->period);
<button class="btn">{{T("Search")}}</button>
% if (v->any) {
<a class="btn link" href="/audit">{{T("Clear filters")}}</a>
% }
</form>
% if (v->n) {
<table class="list" id="results"><caption class="vh">{{T("Audit log, newest first")}}</caption>
<thead><tr><th scope="col">{{T("Time")}}</th><th scope="col">{{T("Who")}}</th><th scope="col">{{T("What")}}</th><th scope="col">{{TC("audit", "From")}}</th></tr></thead><tbody>
%     for (int i = 0; i < v->n; i++) {
%         const struct pg_audit_row *e = &v->rows[i];
<tr><td class="c-when"><time datetime="{{view_iso(r, e->at)}}" title="{{view_when_full(r, e->at)}}">{{view_when_exact(r, e->at)}}</time></td>
<td data-label="{{T("Who")}}"><bdi class="addr" translate="no">{{e->actor}}</bdi></td>
<td><a class="row-link" href="{{url: view_path(r, "/audit/entry", "seq", arena_printf(r->a, "%lld", (long long)e->seq), NULL)}}"><span class="what tone-{{e->tone}}">
%         view_icon(out, e->icon, 16);
</span> <bdi>
%         ui_sentence(r, out, e->text);
</bdi></a></td>
<td data-label="{{TC("audit", "From")}}">{{pg_surface_word(r, e->surface)}}
%         if (*e->client_ip) {
<bdi class="sub mono" translate="no">{{e->client_ip}}</bdi>
%         }
</td></tr>
%     }
</tbody></table>
%     t_part_pager(r, &v->pager);
% } else {
%     t_part_filters(r, (const struct ui_filter[]){{T("Who"), v->actor, NULL}, {T("What"), NULL, ui_option_label(v->events, v->event)}, {T("Period"), NULL, ui_option_label(v->periods, v->period)}, {NULL, NULL, NULL}});
%     t_part_empty(r, &(struct ui_empty){"search", "", T("No entry matches"), T("Nothing fits these filters. Try a longer period or fewer filters."), "/audit", T("Clear filters")});
% }
</div>
% t_layout_admin_end(r);
