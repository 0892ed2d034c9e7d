/* Replies of a mail server that is tested: no byte but printable ones comes out, nothing beyond the end. */
#include <stdlib.h>
#include <string.h>

#include "engine/deliver/smtp_probe.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    char reply[SMTP_PROBE_TEXT + 1] = "", *copy = malloc(n ? n : 1); /* its end is watched */
    size_t used = 0;
    bool tls = false;
    int code;

    if (!copy)
        abort();
    memcpy(copy, p, n);
    code = smtp_probe_reply(copy, n, reply, &tls, &used);
    if (code < -1 || code > 599 || used > n || (code > 0 && used < 4))
        abort();
    for (const char *s = reply; *s; s++)
        if (*s < ' ' || *s > '~')
            abort();
    free(copy);
    return 0;
}
