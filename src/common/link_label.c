#include "link_label.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* The host that a label seems to name: "https://a.example/x", "www.a.example"; 0 = none. */
static size_t
label_host(const char *label, const char **host)
{
    const char *s = label + strspn(label, " ");
    const char *scheme = strstr(s, "://");
    if (scheme)
        s = scheme + 3;
    size_t n = strcspn(s, "/?#: ");
    bool dot = false;
    for (size_t i = 0; i < n; i++) {
        dot = dot || (s[i] == '.' && i && i + 1 < n);
        if (isascii((unsigned char)s[i]) && !isalnum((unsigned char)s[i]) && !strchr(".-_", s[i]))
            return 0;
    }
    *host = s;
    /* "Hello. World" has a blank; "v1.2" has no letters at its end: only names that could be hosts */
    return dot && n >= 4 && (scheme || !s[n] || s[n] == '/') && !isdigit((unsigned char)s[n - 1])
               ? n
               : 0;
}

bool
link_label_differs(const char *label, const char *host)
{
    const char *named;
    size_t n = label_host(label, &named), have = strlen(host);
    if (!n || !have)
        return false;
    if (n > 4 && !strncasecmp(named, "www.", 4) && strncasecmp(host, "www.", 4))
        named += 4, n -= 4;
    if (n == have && !strncasecmp(named, host, n))
        return false;
    /* a.example in the text and mail.a.example in the link are the same house */
    return !(have > n && host[have - n - 1] == '.' && !strncasecmp(host + have - n, named, n));
}
