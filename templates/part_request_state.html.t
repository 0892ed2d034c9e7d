%args struct web_req *r, const struct pg_request *q
%include "ui.h"
%include "pages/pg_requests.h"
% t_part_badge(r, q->tone, q->icon, q->word);
