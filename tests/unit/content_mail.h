/* A message with one attachment, and what was found in it. */
#ifndef SEKISHO_TEST_CONTENT_MAIL_H
#define SEKISHO_TEST_CONTENT_MAIL_H

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"

static inline struct msg *
content_mail_from(struct arena *a, const struct envelope *env, const char *text, const char *name,
                  const char *type, const void *p, size_t n)
{
    char *b64 = g_base64_encode(p, n);
    const char *raw = arena_printf(
        a,
        "From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
        "boundary=b\n\n--b\n\n%s\n--b\nContent-Type: %s\nContent-Disposition: attachment; "
        "filename=\"%s\"\nContent-Transfer-Encoding: base64\n\n%s\n--b--\n",
        text, type, name, b64);
    g_free(b64);
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), env);
}

static inline struct msg *
content_mail(struct arena *a, const char *text, const char *name, const char *type, const void *p,
             size_t n)
{
    return content_mail_from(a, NULL, text, name, type, p, n);
}

static inline const struct msg_finding *
content_found(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].code, code) == 0)
            return &m->findings[i];
    return NULL;
}

static inline bool
content_has_url(const struct msg *m, const char *url)
{
    for (int i = 0; i < m->nurls; i++)
        if (strcmp(m->urls[i].url, url) == 0)
            return true;
    return false;
}

/* Other scanners (statistics, rules) have their say about these small messages, too; it is left out. */
static inline bool
content_ours(const struct msg_finding *f)
{
    return strcmp(f->scanner, "content") == 0 || strcmp(f->scanner, "qr") == 0 ||
           strcmp(f->scanner, "yara") == 0 || strcmp(f->scanner, "structure") == 0;
}

static inline int
content_count(const struct msg *m)
{
    int n = 0;
    for (int i = 0; i < m->nfindings; i++)
        n += content_ours(&m->findings[i]);
    return n;
}

static inline double
content_score(const struct msg *m)
{
    double score = 0;
    for (int i = 0; i < m->nfindings; i++)
        if (content_ours(&m->findings[i]))
            score += m->findings[i].score;
    return score;
}

/* Held for what is in it? */
static inline bool
content_held(const struct msg *m)
{
    for (int i = 0; i < m->nfindings; i++)
        if (content_ours(&m->findings[i]) && *m->findings[i].kind)
            return true;
    return content_score(m) >= POLICY_THRESHOLD;
}

static inline void
content_print(const struct msg *m)
{
    for (int i = 0; i < m->nfindings; i++)
        printf("# %s %s %s %.1f [%s]\n", m->findings[i].part, m->findings[i].code,
               m->findings[i].kind, m->findings[i].score, m->findings[i].evidence);
    for (int i = 0; i < m->nexceptions; i++)
        printf("# exception %s\n", m->exceptions[i].code);
    for (int i = 0; i < m->nurls; i++)
        printf("# url %s %s\n", m->urls[i].source, m->urls[i].url);
}

#endif
