/* Mails from outside and what one scanner finds in each of them: a sign, and its benign twin. */
#ifndef SEKISHO_TEST_FOUND_IN_H
#define SEKISHO_TEST_FOUND_IN_H

#include <string.h>

#include "common/arena.h"
#include "engine/msg/msg.h"
#include "engine/scan/scan.h"

struct expected {
    const char *name, *mail;
    const char *scanner, *code; /* code NULL: the scanner says nothing */
    const char *evidence;       /* NULL: any */
};

static inline struct msg *
scan_as(struct arena *a, const char *mail, const char *direction)
{
    static const char *const recipients[] = {"hanako@sekisho-test.co.jp"};
    struct envelope *env = arena_alloc(a, sizeof *env);

    *env = (struct envelope){.client_ip = "192.0.2.1",
                             .client_name = "",
                             .helo = "",
                             .tls = "",
                             .sender = "x@sender.example",
                             .recipients = recipients,
                             .nrecipients = 1,
                             .direction = direction,
                             .lists = NULL};
    return msg_scan(a, (const unsigned char *)mail, strlen(mail), env);
}

static inline struct msg *
scan(struct arena *a, const char *mail)
{
    return scan_as(a, mail, "in");
}

static inline const struct msg_finding *
find(const struct msg *m, const char *scanner, const char *code)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].scanner, scanner) == 0 &&
            (!code || strcmp(m->findings[i].code, code) == 0))
            return &m->findings[i];
    return NULL;
}

static inline void
check(const struct expected *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct arena *a = arena_new();
        const struct expected *x = &cases[i];
        const struct msg_finding *f = find(scan(a, x->mail), x->scanner, x->code);
        if ((!f) != (!x->code))
            fail_msg("%s: %s", x->name, f ? f->code : "not found");
        if (f && x->evidence && strcmp(f->evidence, x->evidence) != 0)
            fail_msg("%s: evidence is %s", x->name, f->evidence);
        arena_free(&a);
    }
}
#define CHECK(cases) check(cases, sizeof(cases) / sizeof *(cases))

#define MAIL(head, body)                                            \
    head "To: hanako@sekisho-test.co.jp\nContent-Type: text/html; " \
         "charset=utf-8\n\n<html><body>" body "</body></html>\n"
#define SIGNED(domain) "DKIM-Signature: v=1; a=rsa-sha256; d=" domain "; s=a; bh=x; b=y\n"
#define TEXT "<p>Please look at the page below, it has all that you need to know today.</p>"
#define LINK(url) TEXT "<a href='" url "'>Open</a>"

#endif
