%args struct web_req *r, const struct held_sorts *all, const struct held_query *would
%include "pages/pg_held_query.h"
% /* How many messages a choice of a filter would show; nothing when nobody knows exactly. */
% if (all->all) {
<span class="count">{{#held_count(all, would)}}</span>
% }
