/*
 * A digest of held mail (ux.md M1), a notice of a message that was held just now, a digest that somebody asked for, a test.
 *
 * params, made by digest_fill() (0025-digest.sql): digest (id), kind (digest, instant, now, test), n (messages), lines (the newest, at
 * most 100: r, m ids; to mailbox; k kind; own: people may deliver that kind themselves; at ms; until s; name, from, subject; why: a reason), tz, format (html, text), actions
 * (of a line), links (act, signin), days (links work), kid (generation of their keys), off (people may end it), text (subject, intro of
 * the organisation, may be null).
 *
 * Links are made here and stored nowhere. What was handled since it was queued is left out, so the query asks once more.
 */
#include "usermail_waiting.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/local_format.h"
#include "../../common/reason_text.h"
#include "../../common/token.h"
#include "../../store/store_digest.h"
#include "../../store/store_user_mail.h"
#include "../link/link_token.h"

#define LINES 100
#define UNSUBSCRIBE_DAYS 180
#define SUBJECT_CHARS 200

struct line {
    const char *recipient, *message, *mailbox, *kind, *name, *from, *subject, *reason;
    int64_t at, until;
    bool own; /* people may deliver it themselves */
};

struct digest {
    struct usermail *m;
    const char *id, *kind, *tz, *lang;
    int64_t n; /* held, those that are not listed counted */
    int nlines;
    struct line lines[LINES];
    unsigned actions;
    bool sign_in, off;
    int days, kid;
};

static const char *
word(const json_t *j, const char *key)
{
    const char *s = jsonx_str(j, key);

    return s ? s : "";
}

static const char *
number(const struct digest *d, int64_t n)
{
    return local_int(d->m->a, d->lang, n);
}

/* ------------------------------------------------------------------ what it is about */

static const char *
reason(const struct digest *d, const json_t *line)
{
    const json_t *why = json_object_get(line, "why");
    const char *code = jsonx_str(why, "code");

    return code && reason_known(code) ? reason_read(d->m->a, d->m->cat, why).text
                                      : reason_of_kind(d->m->cat, word(line, "k"));
}

static void
read_line(const struct digest *d, const json_t *j, struct line *x)
{
    *x = (struct line){.recipient = word(j, "r"),
                       .message = word(j, "m"),
                       .mailbox = word(j, "to"),
                       .kind = word(j, "k"),
                       .name = word(j, "name"),
                       .from = word(j, "from"),
                       .subject = word(j, "subject"),
                       .reason = reason(d, j),
                       .at = jsonx_int(j, "at", 0),
                       .until = jsonx_int(j, "until", 0),
                       .own = jsonx_bool(j, "own", false)};
}

/* A line that nobody sent, for tests of the template. */
static void
sample(struct digest *d)
{
    static const char *const kinds[] = {"spam", "graymail", "phishing"};
    const struct usermail *m = d->m;

    for (d->nlines = 0; d->nlines < 3; d->nlines++)
        d->lines[d->nlines] = (struct line){.recipient = "",
                                            .message = "",
                                            .mailbox = m->row->recipient,
                                            .kind = kinds[d->nlines],
                                            .name = T("Example"),
                                            .from = "sender@example.com",
                                            .subject = T("This is an example"),
                                            .reason = reason_of_kind(m->cat, kinds[d->nlines]),
                                            .own = d->nlines < 2,
                                            .at = m->now - d->nlines * 3600000LL};
}

static int
read_lines(struct digest *d, struct err *e)
{
    struct usermail *m = d->m;
    const json_t *list = json_object_get(m->params, "lines");
    const char *ids[LINES];
    bool held[LINES];
    size_t n = 0, i;
    json_t *one;

    json_array_foreach((json_t *)list, i, one) if (n < LINES && token_is_uuid(word(one, "r")) &&
                                                   token_is_uuid(word(one, "m"))) ids[n++] =
        word(one, "r");
    if (m->db && store_digest_still_held(m->db, m->a, m->row->org_id, ids, (int)n, held, e) < 0)
        return -1;
    n = 0;
    json_array_foreach((json_t *)list, i, one)
    {
        if (n >= LINES || !token_is_uuid(word(one, "r")) || !token_is_uuid(word(one, "m")))
            continue;
        if (!m->db || held[n])
            read_line(d, one, &d->lines[d->nlines++]);
        else
            d->n--;
        n++;
    }
    if (d->nlines == 0)
        return err_set(e, ERR_NOTFOUND, "handled", "all of it was handled meanwhile");
    return 0;
}

static int
read_params(struct digest *d, struct err *e)
{
    const json_t *p = d->m->params;
    size_t i;
    json_t *one;

    d->id = word(p, "digest");
    d->kind = word(p, "kind");
    d->tz = *word(p, "tz") ? word(p, "tz") : d->m->tz;
    d->lang = i18n_lang(d->m->cat);
    d->n = jsonx_int(p, "n", 0);
    d->days = (int)jsonx_int(p, "days", 14);
    d->kid = (int)jsonx_int(p, "kid", 0);
    d->sign_in = strcmp(word(p, "links"), "signin") == 0;
    d->off = jsonx_bool(p, "off", false);
    json_array_foreach(json_object_get(p, "actions"), i, one) d->actions |=
        link_action_of(json_string_value(one));
    if (!token_is_uuid(d->id) || d->kid < 1 || d->kid > 0xffff)
        return err_set(e, ERR_INPUT, "digest", "no digest");
    if (strcmp(d->kind, "test") != 0)
        return read_lines(d, e);
    sample(d);
    return 0;
}

/* ------------------------------------------------------------------ links */

static const char *
link_path(const struct digest *d, enum link_purpose purpose, const struct line *x, unsigned actions,
          int64_t expires)
{
    struct link_token t = {
        .purpose = purpose, .actions = actions, .kid = d->kid, .expires = expires};

    memcpy(t.org, d->m->row->org_id, 37);
    memcpy(t.digest, d->id, 37);
    if (x) {
        memcpy(t.message, x->message, 37);
        memcpy(t.recipient, x->recipient, 37);
    }
    return arena_printf(d->m->a, "/%c/%s", purpose == LINK_MESSAGE ? 'd' : 'u',
                        link_token_make(d->m->a, d->m->master_key, &t));
}

/* Not longer than the mail is kept. */
static int64_t
link_end(const struct digest *d, const struct line *x)
{
    int64_t end = d->m->now / 1000 + (int64_t)d->days * 86400;

    return x->until && x->until < end ? x->until : end;
}

/* Deliver (and allow) for what people may deliver; Look with all that is left, which the page narrows to what the kind
 * allows at that time. */
static int
links(const struct digest *d, const struct line *x, struct letter_link out[2])
{
    const struct usermail *m = d->m;
    unsigned deliver = d->actions & (LINK_DELIVER | LINK_ALLOW);
    int n = 0;

    if (m->shown) {
        if (!d->sign_in && deliver & LINK_DELIVER && x->own)
            out[n++] = (struct letter_link){.label = T("Deliver"), .path = "/"};
        out[n++] = (struct letter_link){.label = T("Look"), .path = "/"};
        return n;
    }
    if (!*x->recipient || !m->master_key)
        return 0;
    if (d->sign_in) {
        out[n++] = (struct letter_link){.label = T("Look"),
                                        .path = arena_printf(m->a, "/m/%s", x->recipient)};
        return n;
    }
    if (deliver & LINK_DELIVER && x->own)
        out[n++] = (struct letter_link){
            .label = T("Deliver"),
            .path = link_path(d, LINK_MESSAGE, x, deliver | LINK_READ, link_end(d, x))};
    out[n++] = (struct letter_link){
        .label = T("Look"),
        .path = link_path(d, LINK_MESSAGE, x, d->actions | LINK_READ | LINK_ASK, link_end(d, x))};
    return n;
}

/* ------------------------------------------------------------------ text */

static const char *
who(const struct digest *d, const struct line *x)
{
    const struct usermail *m = d->m;
    const char *name = letter_quote(m->a, x->name, 80);
    /* Never cut: the domain of an address is what people must see (ux.md 1.8). */
    const char *from = *x->from ? letter_quote(m->a, x->from, 0) : T("(no sender)");

    return *name ? arena_printf(m->a, "%s <%s>", name, from) : from;
}

static void
add_line(const struct digest *d, const struct line *x, bool mailboxes)
{
    struct usermail *m = d->m;
    struct letter_link list[2];
    const char *when = local_time_as(m->a, d->lang, d->tz, m->row->date_style, x->at, "yMMMEdHm");

    if (mailboxes)
        when = TF(T("{when}, to {mailbox}"), "when", when, "mailbox", x->mailbox);
    letter_item(m->letter, &(struct letter_item){
                               .who = who(d, x),
                               .head = *x->subject ? letter_quote(m->a, x->subject, SUBJECT_CHARS)
                                                   : T("(no subject)"),
                               .note = arena_printf(m->a, "%s: %s", kind_word(m->cat, x->kind),
                                                    letter_quote(m->a, x->reason, 300)),
                               .when = when,
                               .links = list,
                               .nlinks = links(d, x, list),
                           });
}

static bool
several_mailboxes(const struct digest *d)
{
    for (int i = 0; i < d->nlines; i++)
        if (strcmp(d->lines[i].mailbox, d->m->row->recipient) != 0)
            return true;
    return false;
}

/* What the kinds mean that are there. */
static void
add_kinds(const struct digest *d)
{
    struct usermail *m = d->m;

    for (int i = 0; i < d->nlines; i++) {
        bool seen = false;
        for (int k = 0; k < i; k++)
            seen |= strcmp(d->lines[k].kind, d->lines[i].kind) == 0;
        if (!seen)
            letter_fact(m->letter, kind_word(m->cat, d->lines[i].kind),
                        d->lines[i].own ? T("You can deliver it yourself if you know the sender.")
                                        : T("Only an admin can deliver it. Look at it first."));
    }
    letter_facts_end(m->letter);
}

static void
add_foot(const struct digest *d)
{
    struct usermail *m = d->m;
    int64_t until = m->now + (int64_t)d->days * 86400000;

    if (!d->sign_in && (m->master_key || m->shown))
        letter_small(
            m->letter,
            TF(T("Do not forward this message: its links work without signing in, until {day} at "
                 "most. Opening one changes nothing."),
               "day", local_time_as(m->a, d->lang, d->tz, m->row->date_style, until, "yMMMd")));
    letter_foot_link(m->letter, T("Open the quarantine"), "/");
    letter_foot_link(m->letter, T("Change the digest"), "/settings/digest");
    if (d->off && m->shown)
        letter_foot_link(m->letter, T("Stop digests"), "/");
    if (!d->off || !m->master_key || strcmp(d->kind, "test") == 0)
        return;
    const char *path =
        link_path(d, LINK_UNSUBSCRIBE, NULL, 0, m->now / 1000 + UNSUBSCRIBE_DAYS * 86400LL);
    letter_foot_link(m->letter, T("Stop digests"), path);
    letter_field(m->letter, "List-Unsubscribe",
                 arena_printf(m->a, "<%s%s>", usermail_base(m->a), path), true);
    letter_field(m->letter, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click", true);
}

static void
add_head(const struct digest *d)
{
    struct usermail *m = d->m;
    const json_t *text = json_object_get(m->params, "text");
    const char *own = letter_line(m->a, word(text, "subject"), 150), *intro = word(text, "intro");
    const char *title =
        strcmp(d->kind, "instant") == 0
            ? TF(TN("{n} message was held for you just now",
                    "{n} messages were held for you just now", d->n),
                 "n", number(d, d->n))
            : TF(TN("{n} message is held for you", "{n} messages are held for you", d->n), "n",
                 number(d, d->n));

    letter_subject(m->letter, *own && strcmp(d->kind, "instant") != 0
                                  ? i18n_fmt(m->a, own, "n", number(d, d->n), "org", m->org, NULL)
                                  : arena_printf(m->a, "%s - %s", title, m->org));
    letter_title(m->letter, title);
    letter_text(m->letter, TF(strcmp(d->kind, "digest") == 0
                                  ? T("For {mailbox}: what was held since your last digest.")
                                  : T("For {mailbox}"),
                              "mailbox", m->row->recipient));
    if (*intro)
        letter_text(m->letter, letter_quote(m->a, intro, 1000));
}

int
usermail_digest(struct usermail *m, struct err *e)
{
    struct digest *d = arena_alloc(m->a, sizeof *d);
    bool mailboxes;

    *d = (struct digest){.m = m};
    if (read_params(d, e) < 0)
        return -1;
    mailboxes = several_mailboxes(d);
    if (strcmp(word(m->params, "format"), "text") == 0)
        letter_text_only(m->letter);
    letter_field(m->letter, "List-Id", arena_printf(m->a, "<digest.%s>", letter_domain(m->letter)),
                 true);
    add_head(d);
    for (int i = 0; i < d->nlines; i++)
        add_line(d, &d->lines[i], mailboxes);
    if (d->n > d->nlines)
        letter_text(m->letter, TF(TN("And {n} more.", "And {n} more.", d->n - d->nlines), "n",
                                  number(d, d->n - d->nlines)));
    add_kinds(d);
    if (strcmp(d->kind, "digest") == 0 && usermail_waiting(m, d->tz, e) < 0)
        return -1;
    add_foot(d);
    return 0;
}
