%args struct web_req *r, const struct pg_senders *v
%include "pages/pg_senders.h"
% const char *list = v->approved ? NULL : "blocked";
% const char *clear = v->approved ? "/senders" : "/senders?list=blocked";
% const struct ui_option levels[] = {{"", T("All recipients"), NULL}, {"wide", T("Organisation and domains"), NULL}, {"address", T("Addresses"), NULL}, {NULL, NULL, NULL}};
% struct ui_option *boxes = arena_calloc(r->a, (size_t)v->nmailboxes + 2, sizeof *boxes);
% boxes[0] = (struct ui_option){"", T("All mailboxes"), NULL};
% for (int i = 0; i < v->nmailboxes; i++) boxes[i + 1] = v->mailboxes[i];
% t_sender_frame_begin(r, T("Sender lists"), v->held);
<div class="head"><div class="head-text"><h1>{{T("Sender lists")}}</h1>
<p>{{T("Whose messages always arrive, and whose never do.")}}</p></div>
<div class="btns">
% if (v->may_change) {
<a class="btn" href="{{url: view_path(r, "/senders/import", "list", list, "for", v->target, NULL)}}">
%     view_icon(out, "upload", 18);
{{T("Import")}}</a>
% }
<a class="btn" href="{{url: view_path(r, "/senders/export", "list", list, "for", v->target, NULL)}}">
% view_icon(out, "download", 18);
{{T("Export")}}</a></div></div>
<div
% if (v->admin) {
 class="stackv"
% } else {
 class="columns"
% }
><div class="card">
% t_sender_tabs(r, v->approved ? "approved" : "blocked", v->napproved, v->nblocked);
% if (v->may_change) {
%     t_sender_add(r, v);
% }
<form class="filters" id="filters" method="get" action="/senders" role="search">
% if (!v->approved) {
<input type="hidden" name="list" value="blocked">
% }
<label class="search"><span class="vh">{{v->admin ? T("Search sender or recipient") : T("Search the list")}}</span>
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->search}}" placeholder="{{v->admin ? T("Search sender or recipient") : T("Search the list")}}" maxlength="200" data-search></label>
% if (v->admin) {
%     t_part_choice(r, "level", levels[0].label, levels, v->level);
% } else if (v->nmailboxes > 1) {
%     t_part_choice(r, "for", boxes[0].label, boxes, v->target);
% }
<button class="btn">{{T("Search")}}</button>
% if (v->unproven) {
<input type="hidden" name="unproven" value="1">
<a class="chip on" aria-current="true" href="{{url: view_path(r, "/senders", "q", v->search, "for", v->target, NULL)}}">
%     view_icon(out, "badge-alert", 16);
{{TC("sender", "Not verified")}}
%     view_icon(out, "x", 16);
<span class="vh">{{T("(remove this filter)")}}</span></a>
% } else if (!v->admin && v->approved) {
<button class="chip" name="unproven" value="1">
%     view_icon(out, "badge-alert", 16);
{{TC("sender", "Not verified")}}</button>
% }
% if (v->filtered) {
<a class="btn link" href="{{url: clear}}">{{T("Clear filters")}}</a>
% }
</form>
% if (v->empty) {
%     t_sender_empty(r, v);
% }
% if (v->n) {
%     t_sender_table(r, v);
% } else if (v->filtered) {
%     t_part_filters(r, (const struct ui_filter[]){{T("Search"), v->search, NULL}, {T("For the mail of"), NULL, *v->level ? ui_option_label(levels, v->level) : NULL}, {v->admin ? TC("list", "Recipient") : T("Mailbox"), v->target, NULL}, {T("Only"), NULL, v->unproven ? TC("sender", "Not verified") : NULL}, {NULL, NULL, NULL}});
%     t_part_empty(r, &(struct ui_empty){"search", "", T("No sender matches"), T("Try another word or fewer filters."), clear, T("Clear filters")});
% }
</div>
% t_sender_side(r, v);
</div>
% t_sender_frame_end(r);
