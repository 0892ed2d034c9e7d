%args struct web_req *r, const char *state
%include "pages/pg_tracking.h"
% const struct pg_state *s = pg_state(state);
% t_part_badge(r, s->tone, s->icon, T(s->word));
