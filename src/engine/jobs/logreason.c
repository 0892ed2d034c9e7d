#include "logreason.h"

#include <string.h>

#include "logline.h"

/* Postfix's words, the first that fits. Only where they stand first in its text counts: behind them may
 * be words of others. */
static const struct {
    const char *text;
    const char *in, *out; /* inbound, outbound */
} known[] = {
    {"Recipient address rejected: User unknown", "recipient-invalid", "recipient-invalid"},
    {"Relay access denied", "domain-not-managed", "ip-not-allowed"},
    {"Recipient address rejected: Access denied", "refused", "ip-not-allowed"},
    {"Sender address rejected: Access denied", "refused", "sender-not-managed"},
    {"Client host rejected: Access denied", "refused", "ip-not-allowed"},
    {"Must issue a STARTTLS command first", "tls-required", "tls-required"},
    {"Session encryption is required", "tls-required", "tls-required"},
    {"Message size exceeds fixed limit", "message-too-large", "message-too-large"},
    {"Server configuration error", "", ""},
    {"Temporary lookup failure", "", ""},
    {"Recipient address rejected: unverified", "", ""},
};

struct logreason
logreason(const struct logline *line, bool outbound)
{
    const char *reason;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strncmp(line->reply, known[i].text, strlen(known[i].text)) != 0)
            continue;
        reason = outbound ? known[i].out : known[i].in;
        return (struct logreason){reason, strcmp(reason, "refused") == 0 ? line->reply : ""};
    }
    if (strcmp(line->dsn, "4.3.0") == 0 || strcmp(line->dsn, "4.3.5") == 0)
        return (struct logreason){"", ""};
    return (struct logreason){"refused", line->reply};
}
