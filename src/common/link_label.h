/* Does the text of a link name another host than it opens ("bank.example" that opens evil.example)? */
#ifndef SEKISHO_LINK_LABEL_H
#define SEKISHO_LINK_LABEL_H

#include <stdbool.h>

/* label: what is seen; host: of the address behind it, "" none. A label that names no host differs from none, and a name
 * differs neither from its own subdomains nor from itself with "www.". */
bool link_label_differs(const char *label, const char *host);

#endif
