%args struct web_req *r
%include "ui.h"
% /* Two languages: one click goes to the other. More: a menu. Always a form, always in own names. */
% const struct ui_option *all = ui_languages_offered(r);
% int n = 0;
% while (all[n].value) n++;
% /* Pages of links have no form of ours beside their own: plain links. */
% if (r->token) {
<nav class="langs" aria-label="{{T("Language")}}"><details class="menu end" name="menu"><summary class="btn quiet">
%     view_icon(out, "globe", 18);
{{view_language_name(r, r->lang)}}
%     view_icon(out, "chevron-down", 16);
</summary><div class="pop">
%     for (int i = 0; i < n; i++) {
<a href="{{url: view_path(r, r->path, "lang", all[i].value, NULL)}}" lang="{{all[i].lang}}" hreflang="{{all[i].lang}}"{{? !strcmp(all[i].value, r->lang): aria-current="true"}}>{{all[i].label}}</a>
%     }
</div></details></nav>
%     return;
% }
% /* A request that was refused unread has no token: a button would lead to another refusal. */
% if (!r->session.csrf || !*r->session.csrf) return;
<form class="langs" method="post" action="/language">
% view_csrf(r, out);
<input type="hidden" name="back" value="{{ui_here(r)}}">
% if (n <= 2) {
%     for (int i = 0; i < n; i++) {
%         if (strcmp(all[i].value, r->lang)) {
<button class="btn quiet" name="lang" value="{{all[i].value}}" lang="{{all[i].lang}}">
%             view_icon(out, "globe", 18);
{{all[i].label}}</button>
%         }
%     }
% } else {
<details class="menu end" name="menu"><summary class="btn quiet">
%     view_icon(out, "globe", 18);
{{view_language_name(r, r->lang)}}
%     view_icon(out, "chevron-down", 16);
</summary><div class="pop">
%     for (int i = 0; i < n; i++) {
<button name="lang" value="{{all[i].value}}" lang="{{all[i].lang}}"{{? !strcmp(all[i].value, r->lang): aria-current="true"}}>{{all[i].label}}</button>
%     }
</div></details>
% }
</form>
