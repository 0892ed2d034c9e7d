%args struct web_req *r, const char *id, const char *tab
%include "ui.h"
% const struct { const char *key, *path, *word; } tabs[] = {{"setup", "", T("Setup")}, {"servers", "/servers", T("Inbound servers")}, {"recipients", "/recipients", T("Valid recipients")}, {"outbound", "/outbound", T("Outbound servers")}, {"dkim", "/dkim", T("DKIM signing")}};
<nav class="tabs page-tabs" aria-label="{{T("About this domain")}}">
% for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++) {
<a href="{{url: arena_printf(r->a, "/domains/%s%s", id, tabs[i].path)}}"{{? !strcmp(tab, tabs[i].key): aria-current="page"}}>{{tabs[i].word}}</a>
% }
</nav>
