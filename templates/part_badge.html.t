%args struct web_req *r, const char *tone, const char *icon, const char *word
<span class="badge {{tone}}">
% view_icon(out, icon, 16);
{{word}}</span>
