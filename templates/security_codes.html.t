%args struct web_req *r, const struct pg_security_codes *v
%include "pages/pg_security.h"
%include "ui.h"
% const char *text = arena_printf(r->a, "%s  %s\n%s  %s\n%s  %s\n%s  %s\n%s  %s", v->codes[0], v->codes[1], v->codes[2], v->codes[3], v->codes[4], v->codes[5], v->codes[6], v->codes[7], v->codes[8], v->codes[9]);
% t_sender_frame_begin(r, T("Your recovery codes"), v->held);
% t_part_security_crumbs(r, T("Your recovery codes"));
<div class="head"><div class="head-text"><h1>{{T("Your recovery codes")}}</h1></div></div>
<div class="card"><div class="card-form">
<p>{{T("Each code works once, when you do not have your app. Print or copy them now: they are not shown again.")}}</p>
% t_part_record(r, "recovery-codes", T("Recovery codes"), text, NULL, true);
<div class="btns"><a class="btn primary" href="/settings/security">{{T("I have kept the codes")}}</a></div>
</div></div>
% t_sender_frame_end(r);
