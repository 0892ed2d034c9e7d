%args struct web_req *r, const char *here
%include "ui.h"
% /* Way back: settings, and from a page below (here) the page of security. */
% const char *parent = r->surface == SURFACE_ADMIN ? "/account" : "/settings";
% if (here) t_part_crumbs(r, "/settings/security", T("Security"), here);
% else t_part_crumbs(r, parent, r->surface == SURFACE_ADMIN ? T("Your settings") : T("Settings"), T("Security"));
