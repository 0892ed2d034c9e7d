%args struct web_req *r
%include "ui.h"
% t_layout_admin_begin(r, T("Menu"));
<h1 class="vh">{{T("Menu")}}</h1>
<div class="side page">
% t_part_admin_nav(r, T("All pages"));
</div>
% t_layout_admin_end(r);
