#include "notice_mail.h"

#include <string.h>
#include <time.h>

#include "../../common/arena.h"
#include "../../common/auth_rule.h"
#include "../../common/err.h"
#include "../../common/i18n.h"
#include "../../common/jsonx.h"
#include "letter.h"

/* Marks texts for the catalogues. */
#define T(s) i18n_tr(m->cat, s)
#define TN(one, many, n) i18n_trn(m->cat, one, many, n)

#define SAMPLES_BYTES (64 * 1024)

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
add_sample(struct arena *a, struct letter *l, const struct notice_mail *m, const json_t *j)
{
    letter_fact(l, T("Time"), when(a, jsonx_int(j, "at", 0)));
    letter_fact(l, T("From"), one_line(a, j, "from"));
    letter_fact(l, T("Envelope sender"), one_line(a, j, "sender"));
    letter_fact(l, T("IP address"), one_line(a, j, "ip"));
    letter_fact(l, T("Recipient"), one_line(a, j, "recipient"));
    letter_fact(l, T("Subject"), one_line(a, j, "subject"));
    letter_fact(l, T("Reason"), arena_printf(a, "%s (%s)", why(m, j), one_line(a, j, "domain")));
    letter_fact(l, T("Result"), done(m, j));
    letter_facts_end(l);
}

static void
add_body(struct arena *a, struct letter *l, const struct notice_mail *m)
{
    json_t *list, *one;
    struct err e;
    size_t i;

    letter_text(l,
                i18n_fmt(a,
                         TN("{n} message to {org} was stopped because nothing proves that it is "
                            "from whom it says.",
                            "{n} messages to {org} were stopped because nothing proves that they "
                            "are from whom they say.",
                            (unsigned long)m->n),
                         "n", count(a, m->n), "org", m->org, NULL));
    if (jsonx_load(a, m->samples, strlen(m->samples), SAMPLES_BYTES, &list, &e) == 0) {
        letter_text(l, T("The newest:"));
        json_array_foreach(list, i, one) add_sample(a, l, m, one);
    }
    if (*m->admin_url)
        letter_button(l, T("What became of each message is in the console"), "/tracking");
    letter_text(l,
                T("You get one such message an hour at most. Who gets them, and about what, is set "
                  "under \"Sender authentication\" in the console."));
}

/* ------------------------------------------------------------------ message */

char *
notice_mail(struct arena *a, const struct notice_mail *m, size_t *n, struct err *e)
{
    struct letter *l =
        letter_new(a, &(struct letter_head){.cat = m->cat,
                                            .from_name = "Sekisho",
                                            .from = arena_printf(a, "postmaster@%s", m->host),
                                            .to = m->to,
                                            .id = m->id,
                                            .host = m->host,
                                            .now = m->now,
                                            .base = m->admin_url,
                                            .plain = true});

    letter_subject(
        l, i18n_fmt(a,
                    TN("{n} message with an unproven sender was stopped",
                       "{n} messages with unproven senders were stopped", (unsigned long)m->n),
                    "n", count(a, m->n), NULL));
    add_body(a, l, m);
    return letter_finish(l, n, e);
}
