%args struct web_req *r, const struct pg_done *v
%include "ui.h"
%include "pages/pg_confirm.h"
% t_layout_portal_begin(r, T("Done"), v->held);
<section class="card"><div class="card-form"><h1>{{T("Done")}}</h1>
% if (v->held) {
<p>{{TF(TN("{n} message still needs a look.", "{n} messages still need a look.", v->held), "n", view_int(r, v->held))}}</p>
% } else {
<p>{{T("Nothing else is held for you.")}}</p>
% }
<div class="btns"><a class="btn primary" href="{{url: v->back}}" data-key="u">{{T("Back to the quarantine")}}</a></div>
</div></section>
% t_layout_portal_end(r);
