/*
 * What cannot be looked at completely is not clean: limits that were passed, and structures that mail
 * programs read in different ways, behind which something may hide (T-M1).
 */
#include "scan.h"
#include "../msg/msg.h"

#include <string.h>

static const char *const ambiguous[] = {
    "mime-many-boundary",     "mime-many-content-type",         "mime-many-transfer-encoding", "mime-boundary-huge",
    "mime-encoded-multipart", "mime-unknown-transfer-encoding", "message-partial",
};

static const char *const harmless[] = {"too-many-urls"};

static int
listed(const char *const *list, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], code) == 0)
            return 1;
    return 0;
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    for (int i = 0; i < m->nexceptions; i++)
        if (!listed(harmless, sizeof harmless / sizeof *harmless, m->exceptions[i].code))
            msg_add_finding(m, (struct msg_finding){.scanner = "structure", .code = m->exceptions[i].code, .kind = "unscannable", .part = m->exceptions[i].part});
    for (int i = 0; i < m->nanomalies; i++)
        if (listed(ambiguous, sizeof ambiguous / sizeof *ambiguous, m->anomalies[i]))
            msg_add_finding(m, (struct msg_finding){.scanner = "structure", .code = m->anomalies[i], .kind = "unscannable"});
}

const struct scanner scan_structure = {"structure", "Limits and structures that programs read differently", run};
