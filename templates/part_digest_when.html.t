%args struct web_req *r, int days, const char *times, const char *tz
%include "ui.h"
%include "pages/pg_digest.h"
% /* Days and times in a form (DIGEST_WHEN_FIELDS). */
<fieldset class="stackv"><legend class="legend">{{T("Days")}}</legend>
% for (int d = 1; d <= 7; d++) {
%     t_part_field(r, &(struct ui_field){.name = arena_printf(r->a, "day-%d", d), .type = "checkbox", .label = pg_digest_day(r, d), .checked = days & 1 << (d - 1)});
% }
</fieldset>
% t_part_field(r, &(struct ui_field){.name = "times", .label = T("Times"), .help = T("One or more with commas between, for example 9:00, 17:00"), .value = times, .max = 200, .autocomplete = "off"});
% t_part_field(r, &(struct ui_field){.name = "tz", .label = T("Time zone"), .type = "select", .value = tz, .options = ui_zones(r, tz)});
