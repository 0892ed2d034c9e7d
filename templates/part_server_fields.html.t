%args struct web_req *r, const char *recipient, const char *host, int64_t preference
%include "ui.h"
% t_part_field(r, &(struct ui_field){.name = "recipient", .label = T("Recipient"), .help = T("* for all addresses of the domain, or one address."), .value = recipient, .max = 320, .autocomplete = "off"});
% t_part_field(r, &(struct ui_field){.name = "host", .label = T("Server and port"), .help = T("A host name or an IP address. Port 25 unless you add another."), .value = host, .max = 300, .placeholder = "mail.example.com:25", .autocomplete = "off", .inputmode = "url"});
% t_part_field(r, &(struct ui_field){.name = "preference", .label = T("Preference"), .help = T("From 1 to 100. The lowest number is used first."), .type = "number", .value = arena_printf(r->a, "%lld", (long long)preference), .inputmode = "numeric", .short_box = true});
