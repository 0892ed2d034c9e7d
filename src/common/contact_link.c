#include "contact_link.h"

#include <string.h>

#define BYTES 500

static bool
plain(const char *s)
{
    size_t n = strlen(s);

    if (n > BYTES)
        return false;
    for (size_t i = 0; i < n; i++)
        if (s[i] <= ' ' || s[i] > '~' || strchr("\"<>\\^`{|}", s[i]))
            return false;
    return true;
}

bool
contact_link_ok(const char *s)
{
    static const char web[] = "https://", mail[] = "mailto:";

    if (!plain(s))
        return false;
    if (!strncmp(s, mail, sizeof mail - 1)) {
        const char *at = strchr(s + sizeof mail - 1, '@');
        return at && at > s + sizeof mail - 1 && at[1] && !strchr(at + 1, '@');
    }
    if (strncmp(s, web, sizeof web - 1))
        return false;
    const char *host = s + sizeof web - 1;
    size_t n = strcspn(host, "/?#");
    return n && host[0] != ':' && host[0] != '.' && !memchr(host, '@', n);
}
