%args struct web_req *r, bool active
% if (active) {
%     t_part_badge(r, "ok", "check", T("Active"));
% } else {
%     t_part_badge(r, "", "ban", T("Suspended"));
% }
