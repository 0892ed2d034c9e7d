%args struct web_req *r, const struct pg_quarantine_view *v
%include "pages/pg_quarantine.h"
% static const int periods[] = {1, 7, 30, 0};
% const struct held_query *f = &v->f;
% const char *kind_word = *f->kind ? T(ui_kind(f->kind)->word) : T("Reason");
% const char *order = !strcmp(f->sort, "expires") ? T("Deleted soonest first") : !strcmp(f->sort, "sender") ? T("By sender") : T("Newest first");
<form class="filters" id="filters" role="search" method="get" action="/">
<div class="search">
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{f->q}}" maxlength="200" enterkeyhint="search" aria-label="{{T("Search sender or subject")}}" placeholder="{{T("Search sender or subject")}}" data-search></div>
<details class="menu" name="filter"><summary
% if (*f->kind) {
 class="chip on"
% } else {
 class="chip"
% }
>{{kind_word}}
% view_icon(out, "chevron-down", 16);
</summary><div class="pop"><fieldset><legend class="vh">{{T("Reason")}}</legend>
<label class="check"><input type="radio" name="kind" value=""{{? !*f->kind: checked}}>{{T("All reasons")}}
% struct held_query would = *f;
% would.kind = "";
% t_part_tally(r, &v->sorts, &would);
</label>
% for (const struct ui_kind *k = ui_kinds(); k->id; k++) {
<label class="check"><input type="radio" name="kind" value="{{k->id}}"{{? !strcmp(f->kind, k->id): checked}}>{{T(k->word)}}
%     would.kind = k->id;
%     t_part_tally(r, &v->sorts, &would);
</label>
% }
</fieldset><button class="btn primary">{{T("Apply")}}</button></div></details>
<details class="menu" name="filter"><summary
% if (f->days) {
 class="chip on"
% } else {
 class="chip"
% }
>
% if (f->days) {
{{TF(TN("Last day", "Last {n} days", f->days), "n", view_int(r, f->days))}}
% } else {
{{T("Any time")}}
% }
% view_icon(out, "chevron-down", 16);
</summary><div class="pop"><fieldset><legend class="vh">{{T("Period")}}</legend>
% would = *f;
% for (int i = 0; i < 4; i++) {
<label class="check"><input type="radio" name="days" value="{{=periods[i]}}"{{? f->days == periods[i]: checked}}>
%     if (periods[i]) {
{{TF(TN("Last day", "Last {n} days", periods[i]), "n", view_int(r, periods[i]))}}
%     } else {
{{T("Any time")}}
%     }
%     would.days = periods[i];
%     t_part_tally(r, &v->sorts, &would);
</label>
% }
</fieldset><button class="btn primary">{{T("Apply")}}</button></div></details>
% if (v->nmailboxes > 1) {
<details class="menu" name="filter">
%     if (*f->mailbox) {
<summary class="chip on"><bdi translate="no">{{f->mailbox}}</bdi>
%     } else {
<summary class="chip">{{T("Mailbox")}}
%     }
%     view_icon(out, "chevron-down", 16);
</summary><div class="pop scroll"><fieldset><legend class="vh">{{T("Mailbox")}}</legend>
<label class="check"><input type="radio" name="mailbox" value=""{{? !*f->mailbox: checked}}>{{T("All mailboxes")}}
%     would = *f;
%     would.mailbox = "";
%     t_part_tally(r, &v->sorts, &would);
</label>
%     for (int i = 0; i < v->nmailboxes; i++) {
<label class="check"><input type="radio" name="mailbox" value="{{v->mailboxes[i]}}"{{? !strcmp(f->mailbox, v->mailboxes[i]): checked}}><bdi class="addr" translate="no">{{v->mailboxes[i]}}</bdi>
%         would.mailbox = v->mailboxes[i];
%         t_part_tally(r, &v->sorts, &would);
</label>
%     }
</fieldset><button class="btn primary">{{T("Apply")}}</button></div></details>
% }
% would = *f;
% would.soon = !f->soon;
% if (f->soon) {
<input type="hidden" name="soon" value="1">
<a class="chip on" aria-current="true" href="{{url: held_query_path(r, &would, "/", NULL, NULL)}}">
%     view_icon(out, "hourglass", 16);
{{T("Deleted soon")}}
%     view_icon(out, "x", 16);
<span class="vh">{{T("(remove this filter)")}}</span></a>
% } else {
<button class="chip" name="soon" value="1">
%     view_icon(out, "hourglass", 16);
{{T("Deleted soon")}}
%     if (v->sorts.all && held_count(&v->sorts, &would) > 0) {
<span class="count danger">{{#held_count(&v->sorts, &would)}}</span>
%     }
</button>
% }
<button class="vh" tabindex="-1">{{T("Search")}}</button>
% if (v->filtered) {
<a class="btn link" href="/">{{T("Clear filters")}}</a>
% }
<details class="menu end" name="filter"><summary class="btn link">{{order}}
% view_icon(out, "chevron-down", 16);
</summary><div class="pop"><fieldset><legend class="vh">{{T("Order of the list")}}</legend>
<label class="check"><input type="radio" name="sort" value=""{{? !*f->sort: checked}}>{{T("Newest first")}}</label>
<label class="check"><input type="radio" name="sort" value="expires"{{? !strcmp(f->sort, "expires"): checked}}>{{T("Deleted soonest first")}}</label>
<label class="check"><input type="radio" name="sort" value="sender"{{? !strcmp(f->sort, "sender"): checked}}>{{T("By sender")}}</label>
</fieldset><button class="btn primary">{{T("Apply")}}</button></div></details>
</form>
