%args struct web_req *r, const char *kind
%include "ui.h"
% const struct ui_kind *k = ui_kind(kind);
% t_part_badge(r, k->tone, k->icon, T(r->surface == SURFACE_ADMIN ? k->admin_word : k->word));
