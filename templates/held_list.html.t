%args struct web_req *r, const struct pg_held_list *v
%include "pages/pg_held.h"
% const struct pg_held_filter *f = &v->f;
% t_layout_admin_begin(r, T("Quarantine"));
<div class="head"><div class="head-text"><h1>{{T("Quarantine")}}</h1>
<p>{{T("Held mail of all users.")}}</p></div></div>
% t_part_held_tabs(r, "");
<div class="card">
<form class="filters" id="filters" method="get" action="/quarantine" role="search">
<div class="search">
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{f->search}}" aria-label="{{T("Search sender or subject")}}" placeholder="{{T("Search sender or subject")}}" maxlength="200" enterkeyhint="search" data-search></div>
<input class="input filter-text" type="text" name="recipient" value="{{f->recipient}}" aria-label="{{T("Recipient")}}" placeholder="{{T("Recipient")}}" maxlength="320" autocomplete="off">
% t_part_choice(r, "kind", T("All kinds"), v->kinds, f->kind);
% t_part_choice(r, "domain", T("All domains"), v->domains, f->domain);
% t_part_choice(r, "period", v->periods[0].label, v->periods, f->period);
% t_part_choice(r, "state", v->states[0].label, v->states, f->state);
<button class="btn">{{T("Search")}}</button>
% if (f->any) {
<a class="btn link" href="/quarantine">{{T("Clear filters")}}</a>
% }
</form>
% if (v->n) {
%     t_held_table(r, v);
% } else if (f->any) {
%     t_part_filters(r, (const struct ui_filter[]){{T("Search"), f->search, NULL}, {T("Recipient"), f->recipient, NULL}, {T("Kind"), NULL, ui_option_label(v->kinds, f->kind)}, {T("Domain"), NULL, ui_option_label(v->domains, f->domain)}, {T("Period"), NULL, ui_option_label(v->periods, f->period)}, {T("Only"), NULL, ui_option_label(v->states, f->state)}, {NULL, NULL, NULL}});
%     t_part_empty(r, &(struct ui_empty){"search", "", T("No message matches"), T("Nothing fits these filters. Try a longer period or fewer filters."), "/quarantine", T("Clear filters")});
% } else {
%     t_part_empty(r, &(struct ui_empty){"shield-check", "ok", T("Nothing is held"), T("Spam, malware and mail that cannot be checked appear here at once."), NULL, NULL});
% }
</div>
% t_layout_admin_end(r);
