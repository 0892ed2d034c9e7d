%args struct web_req *r, const struct pg_quarantine_view *v
%include "pages/pg_quarantine.h"
% static const int periods[] = {1, 7, 30, 0};
% const char *kind_word = *v->kind ? T(ui_kind(v->kind)->word) : T("Reason");
<form class="filters" role="search" method="get" action="/">
<div class="search">
% view_icon(out, "search", 18);
<input class="input" type="search" name="q" value="{{v->q}}" maxlength="200" enterkeyhint="search" aria-label="{{T("Search sender or subject")}}" placeholder="{{T("Search sender or subject")}}" data-search></div>
<details class="menu" name="filter"><summary
% if (*v->kind) {
 class="chip on"
% } else {
 class="chip"
% }
>{{kind_word}}
% view_icon(out, "chevron-down", 16);
</summary><div class="pop"><fieldset><legend class="vh">{{T("Reason")}}</legend>
<label class="check"><input type="radio" name="kind" value=""{{? !*v->kind: checked}}>{{T("All reasons")}}</label>
% for (const struct ui_kind *k = ui_kinds(); k->id; k++) {
<label class="check"><input type="radio" name="kind" value="{{k->id}}"{{? !strcmp(v->kind, k->id): checked}}>{{T(k->word)}}</label>
% }
</fieldset><button class="btn primary">{{T("Apply")}}</button></div></details>
<details class="menu" name="filter"><summary
% if (v->days) {
 class="chip on"
% } else {
 class="chip"
% }
>
% if (v->days) {
{{TF(TN("Last day", "Last {n} days", v->days), "n", view_int(r, v->days))}}
% } else {
{{T("Any time")}}
% }
% view_icon(out, "chevron-down", 16);
</summary><div class="pop"><fieldset><legend class="vh">{{T("Period")}}</legend>
% for (int i = 0; i < 4; i++) {
<label class="check"><input type="radio" name="days" value="{{=periods[i]}}"{{? v->days == periods[i]: checked}}>
%     if (periods[i]) {
{{TF(TN("Last day", "Last {n} days", periods[i]), "n", view_int(r, periods[i]))}}
%     } else {
{{T("Any time")}}
%     }
</label>
% }
</fieldset><button class="btn primary">{{T("Apply")}}</button></div></details>
% if (v->soon) {
<input type="hidden" name="soon" value="1">
<a class="chip on" aria-current="true" href="{{url: view_path(r, "/", "q", v->q, "kind", v->kind, "days", v->days ? arena_printf(r->a, "%d", v->days) : "0", NULL)}}">
%     view_icon(out, "hourglass", 16);
{{T("Deleted soon")}}
%     view_icon(out, "x", 16);
<span class="vh">{{T("(remove this filter)")}}</span></a>
% } else {
<button class="chip" name="soon" value="1">
%     view_icon(out, "hourglass", 16);
{{T("Deleted soon")}}
%     if (v->soon_count > 0) {
<span class="count danger">{{#v->soon_count}}</span>
%     }
</button>
% }
<button class="vh" tabindex="-1">{{T("Search")}}</button>
% if (v->filtered) {
<a class="btn link" href="/">{{T("Clear filters")}}</a>
% }
</form>
