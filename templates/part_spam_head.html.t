%args struct web_req *r, const char *current, const struct pg_spam_counts *c
%include "pages/pg_spam.h"
% /* Head and tabs of the pages about spam and phishing. */
<div class="head"><div class="head-text"><h1>{{T("Spam and phishing")}}</h1>
<p>{{T("How strict the checks of content are, and what is done with what they find.")}}</p></div></div>
<div class="crumbs-row"><nav class="seg wrap" aria-label="{{T("Pages about spam and phishing")}}">
<a href="/spam"{{? !strcmp(current, ""): aria-current="page"}}>{{T("Settings")}}</a>
% for (int i = 0; i < SPAM_LISTS; i++) {
<a href="{{url: pg_spam_path(r, (enum spam_list)i)}}"{{? !strcmp(current, spam_list_ids[i]): aria-current="page"}}>{{T(pg_spam_words((enum spam_list)i)->title)}}
%     if (c->n[i]) {
<span class="count">{{#c->n[i]}}</span>
%     }
</a>
% }
</nav></div>
