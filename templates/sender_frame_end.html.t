%args struct web_req *r
% if (r->surface == SURFACE_ADMIN) t_layout_admin_end(r);
% else t_layout_portal_end(r);
