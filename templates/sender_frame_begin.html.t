%args struct web_req *r, const char *title, int64_t held
% /* Sender lists are the same pages in the console and in the portal. */
% if (r->surface == SURFACE_ADMIN) t_layout_admin_begin(r, title);
% else t_layout_portal_begin(r, title, held);
