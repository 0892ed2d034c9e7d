%args struct web_req *r, const struct pg_conn_counts *counts, const char *reason, const char *answer
%include "pages/pg_connection.h"
% /* What the sender is told, and how often it was, with a link to whom. */
% const int64_t n = pg_conn_count(counts, reason);
<p class="help">{{TF(T("The sender is told {answer}."), "answer", answer)}}
% if (n) {
{{" "}}<a href="{{url: view_path(r, "/tracking/blocked", "reason", reason, "period", "24h", NULL)}}">{{TF(TN("{n} refused in 24 hours", "{n} refused in 24 hours", n), "n", view_int(r, n))}}</a>
% } else {
 {{T("Nothing was refused in 24 hours.")}}
% }
</p>
