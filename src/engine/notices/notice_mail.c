#include "notice_mail.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#include "../../common/arena.h"
#include "../../common/auth_rule.h"
#include "../../common/buf.h"
#include "../../common/encoded_word.h"
#include "../../common/err.h"
#include "../../common/i18n.h"
#include "../../common/jsonx.h"

/* Marks texts for the catalogues. */
#define T(s) i18n_tr(m->cat, s)
#define TN(one, many, n) i18n_trn(m->cat, one, many, n)
#define N_(s) s

#define SAMPLES_BYTES (64 * 1024)
#define LINE_BYTES 57 /* of the body in one line of base64 */

static const char *
count(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

/* A value on a line of its own. */
static const char *
one_line(struct arena *a, const json_t *j, const char *key)
{
    const char *text = jsonx_str(j, key);
    char *out = arena_strdup(a, text ? text : "");

    for (char *p = out; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127)
            *p = ' ';
    return out;
}

static const char *
when(struct arena *a, int64_t ms)
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    char text[64];

    gmtime_r(&s, &tm);
    (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &tm);
    return arena_strdup(a, text);
}

/* ------------------------------------------------------------------ body */

static const char *
why(const struct notice_mail *m, const json_t *j)
{
    const char *what = jsonx_str(j, "what");

    for (int c = 0; what && c < AUTH_CASES; c++)
        if (strcmp(auth_cases[c].key, what) == 0)
            return i18n_tr(m->cat, auth_cases[c].words);
    return what ? what : "";
}

static const char *
done(const struct notice_mail *m, const json_t *j)
{
    const char *action = jsonx_str(j, "action");

    if (action && strcmp(action, "quarantine") == 0)
        return T("held");
    if (action && strcmp(action, "reject") == 0)
        return T("refused");
    return T("deleted");
}

static void
add_sample(struct arena *a, struct buf *b, const struct notice_mail *m, const json_t *j)
{
    const struct {
        const char *word, *text;
    } rows[] = {
        {T("Time"), when(a, jsonx_int(j, "at", 0))},
        {T("From"), one_line(a, j, "from")},
        {T("Envelope sender"), one_line(a, j, "sender")},
        {T("IP address"), one_line(a, j, "ip")},
        {T("Recipient"), one_line(a, j, "recipient")},
        {T("Subject"), one_line(a, j, "subject")},
        {T("Reason"), arena_printf(a, "%s (%s)", why(m, j), one_line(a, j, "domain"))},
        {T("Result"), done(m, j)},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        buf_printf(b, "  %s: %s\r\n", rows[i].word, rows[i].text);
    buf_str(b, "\r\n");
}

static void
add_body(struct arena *a, struct buf *b, const struct notice_mail *m)
{
    json_t *list, *one;
    struct err e;
    size_t i;

    buf_printf(b, "%s\r\n\r\n",
               i18n_fmt(a,
                        TN("{n} message to {org} was stopped because nothing proves that it is "
                           "from whom it says.",
                           "{n} messages to {org} were stopped because nothing proves that they "
                           "are from whom they say.",
                           (unsigned long)m->n),
                        "n", count(a, m->n), "org", m->org, NULL));
    if (jsonx_load(a, m->samples, strlen(m->samples), SAMPLES_BYTES, &list, &e) == 0) {
        buf_printf(b, "%s\r\n\r\n", T("The newest:"));
        json_array_foreach(list, i, one) add_sample(a, b, m, one);
    }
    if (*m->admin_url)
        buf_printf(b, "%s\r\n  %s/tracking\r\n\r\n",
                   T("What became of each message is in the console:"), m->admin_url);
    buf_printf(b, "%s\r\n",
               T("You get one such message an hour at most. Who gets them, and about what, is set "
                 "under \"Sender authentication\" in the console."));
}

/* ------------------------------------------------------------------ message */

static void
add_base64(struct buf *b, const char *text, size_t n)
{
    unsigned char out[4 * LINE_BYTES];

    for (size_t k; n > 0; text += k, n -= k) {
        k = n < LINE_BYTES ? n : LINE_BYTES;
        (void)EVP_EncodeBlock(out, (const unsigned char *)text, (int)k);
        buf_printf(b, "%s\r\n", (const char *)out);
    }
}

static void
add_field(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "%s: ", name);
    for (; *value; value++) {
        if (*value == '\n')
            buf_char(b, '\r');
        buf_char(b, *value);
    }
    buf_str(b, "\r\n");
}

static const char *
date(struct arena *a, int64_t ms)
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    char text[64];

    gmtime_r(&s, &tm);
    (void)strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm); /* the C locale */
    return arena_strdup(a, text);
}

char *
notice_mail(struct arena *a, const struct notice_mail *m, size_t *n)
{
    struct buf *b = buf_new(a, 0), *body = buf_new(a, 0);
    const char *subject =
        i18n_fmt(a,
                 TN("{n} message with an unproven sender was stopped",
                    "{n} messages with unproven senders were stopped", (unsigned long)m->n),
                 "n", count(a, m->n), NULL);

    add_body(a, body, m);
    add_field(b, "From", arena_printf(a, "Sekisho <postmaster@%s>", m->host));
    add_field(b, "To", arena_printf(a, "<%s>", m->to));
    add_field(b, "Subject", encoded_words(a, subject));
    add_field(b, "Date", date(a, m->now));
    add_field(b, "Message-ID", arena_printf(a, "<%s@%s>", m->id, m->host));
    add_field(b, "Auto-Submitted", "auto-generated"); /* RFC 3834 */
    add_field(b, "MIME-Version", "1.0");
    add_field(b, "Content-Type", "text/plain; charset=utf-8");
    add_field(b, "Content-Transfer-Encoding", "base64");
    buf_str(b, "\r\n");
    add_base64(b, buf_cstr(body), body->len);
    *n = b->len;
    return arena_strndup(a, buf_cstr(b), b->len);
}
