%args struct web_req *r, const struct pg_spam_delete *v
%include "pages/pg_spam.h"
% t_layout_admin_begin(r, T("Delete this entry?"));
<div class="card"><form data-question class="card-form" method="post" action="{{url: arena_printf(r->a, "/spam/lists/%s/delete", v->id)}}">
% view_csrf(r, out);
<h1 id="question">{{T("Delete this entry?")}}</h1>
<p>{{TF(T("{what} is then no longer on the list \"{list}\"."), "what", v->text, "list", T(pg_spam_words(v->list)->title))}}</p>
<div class="btns"><button class="btn danger primary">{{T("Delete the entry")}}</button><a class="btn" data-cancel href="{{url: pg_spam_path(r, v->list)}}">{{T("Cancel")}}</a></div>
</form></div>
% t_layout_admin_end(r);
