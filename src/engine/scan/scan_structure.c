/*
 * What cannot be looked at completely is not clean: limits that were passed, and structures that
 * mail programs read in different ways, behind which something may hide (T-M1).
 */
#include "scan.h"
#include "../msg/msg.h"

#include <jansson.h>
#include <string.h>

/* Anomalies behind which a mail program may find what we did not look at. The others are notes. */
static const char *const ambiguous[] = {
    "base64-behind-padding",
    "base64-in-text",
    "binhex-in-text",
    "header-bare-cr",
    "mime-bare-cr-delimiter",
    "mime-boundary-clash",
    "mime-boundary-huge",
    "mime-boundary-junk",
    "mime-content-outside",
    "mime-control-in-field",
    "mime-duplicate-boundary",
    "mime-duplicate-content-type",
    "mime-duplicate-transfer-encoding",
    "mime-encoded-multipart",
    "mime-field-behind-junk",
    "mime-hidden-multipart",
    "mime-no-blank-line",
    "mime-odd-boundary",
    "mime-odd-field-name",
    "mime-part-after-end",
    "mime-parts-without-boundary",
    "quoted-file-odd",
};

/* Forms that are clear, but that we cannot read. */
static const char *const unread[] = {"message-partial", "mime-unknown-transfer-encoding",
                                     "rules-time"};

/* Limits behind which nothing is hidden: only less is listed. */
static const char *const harmless[] = {"too-many-urls", "text-too-long"};

static int
listed(const char *const *list, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], code) == 0)
            return 1;
    return 0;
}

static void
unscannable(struct msg *m, const char *code, const char *evidence, const char *part)
{
    msg_add_finding(m, (struct msg_finding){.scanner = "structure",
                                            .code = code,
                                            .kind = "unscannable",
                                            .evidence = evidence,
                                            .part = part});
}

/* Organisations whose lists did not come along: for them it was not looked at. */
static void
lists_left_out(struct msg *m)
{
    const char *org;
    json_t *ignored, *all = json_object_get(m->env->lists, LISTS_LEFT_OUT);

    json_object_foreach(all, org, ignored)
    {
        (void)ignored;
        msg_add_finding(m, (struct msg_finding){.scanner = "structure",
                                                .code = "lists-left-out",
                                                .kind = "unscannable",
                                                .evidence = "",
                                                .part = "",
                                                .org = org});
    }
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    lists_left_out(m);
    for (int i = 0; i < m->nexceptions; i++)
        if (!listed(harmless, sizeof harmless / sizeof *harmless, m->exceptions[i].code))
            unscannable(m, m->exceptions[i].code, "", m->exceptions[i].part);
    for (int i = 0; i < m->nanomalies; i++) {
        const char *code = m->anomalies[i];
        if (listed(ambiguous, sizeof ambiguous / sizeof *ambiguous, code))
            unscannable(m, "structure-ambiguous", code, "");
        else if (listed(unread, sizeof unread / sizeof *unread, code))
            unscannable(m, code, "", "");
    }
}

const struct scanner scan_structure = {.name = "structure",
                                       .help =
                                           "Limits and structures that programs read differently",
                                       .run = run};
