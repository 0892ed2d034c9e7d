/*
 * Header fields as programs for sending unwanted mail write them and no mail program does: broken syntax, letters in codes
 * that need none, the recipient's address in the subject, mail to oneself from elsewhere. RFC 5322 and RFC 2047 say
 * how they should be.
 */
#include "scan.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../msg/msg.h"
#include "chance.h"
#include "fold.h"
#include "hosts.h"
#include "origin.h"

#define SHOWN 80 /* bytes of a field in evidence */
#define FIELD 2000
#define CODED 6 /* letters in codes: one or two are from programs that count wrong */

static void
add(struct msg *m, const char *code, double score, const char *evidence)
{
    evidence += strspn(evidence, " \t");
    msg_add_note(m, "kit", code, score, jsonx_utf8(m->arena, evidence, strnlen(evidence, SHOWN)));
}

/* "Name, <address>": the comma makes the name an address of its own, which it is not (RFC 5322 3.4). */
static void
look_at_from(struct msg *m)
{
    const struct msg_field *f = msg_field(m, "From");
    const char *open = f ? strrchr(f->text, '<') : NULL, *p = open;

    while (p && p > f->text && strchr(" \t\r\n(", p[-1]))
        p--;
    if (p && p > f->text && p[-1] == ',')
        add(m, "from-broken", 2.4, f->text);
}

/* Names of fields in small letters: programs for mail know how RFC 5322 writes them. */
static void
look_at_names(struct msg *m)
{
    static const char *const names[] = {"from", "sender", "subject", "to", "date", "reply-to"};

    for (int i = 0; i < m->nfields; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (strcmp(m->fields[i].name, names[k]) == 0) {
                add(m, "field-name", 1.0, names[k]);
                return;
            }
}

/* RFC 2369 wants addresses of pages or of mail in it. */
static void
look_at_unsubscribe(struct msg *m)
{
    const struct msg_field *f = msg_field(m, "List-Unsubscribe");

    if (f && strchr(f->text, '@') && !strcasestr(f->text, "http") && !strcasestr(f->text, "mailto"))
        add(m, "unsubscribe-nowhere", 1.2, f->text);
}

static int
hex(char c)
{
    const char *digits = "0123456789abcdef", *p = strchr(digits, c | 0x20);

    if (c >= '0' && c <= '9')
        return c - '0';
    return c && p ? (int)(p - digits) : -1;
}

/* Letters of ASCII in encoded words: RFC 2047 needs no code for them, so it is to hide the word. */
static int
coded_letters(const char *value)
{
    const char *end = value + strnlen(value, FIELD);
    int n = 0;

    for (const char *p = value; end - p >= 3 && (p = memchr(p, '=', (size_t)(end - p - 2))); p++) {
        int high = hex(p[1]), low = hex(p[2]), c = high * 16 + low;
        n += high >= 0 && low >= 0 && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (end - p < 4)
            break;
    }
    return n;
}

static void
look_at_codes(struct msg *m)
{
    static const char *const names[] = {"Subject", "From"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct msg_field *f = msg_field(m, names[i]);
        if (f && strcasestr(f->value, "?q?") && coded_letters(f->value) >= CODED) {
            add(m, "coded-letters", 1.8, f->text);
            return;
        }
    }
}

/* ------------------------------------------------------------------ recipients */

/* His address in the subject or as the name of the sender: whoever knows him has his name. */
static void
look_for_recipient(struct msg *m, const char *to)
{
    const char *subject = fold_text(m->arena, m->subject, FIELD),
               *name = fold_text(m->arena, m->from_name, FIELD);

    for (int i = -1; i < m->env->nrecipients; i++) {
        const char *who = i < 0 ? to : fold_text(m->arena, m->env->recipients[i], 320);
        if (!strchr(who, '@') || (!strstr(subject, who) && !strstr(name, who)))
            continue;
        /* answers to mail about an address have it, too */
        add(m, "recipient-in-subject", origin_of(m)->conversation ? 0.3 : 1.5, who);
        return;
    }
}

static void
look_at_to(struct msg *m)
{
    const struct origin *o = origin_of(m);
    const char *to = host_field_address(m, "To");
    const struct msg_field *f = msg_field(m, "To");

    look_for_recipient(m, to);
    if (o->to_self && !o->signed_own)
        add(m, "to-self", 1.5, o->address);
    else if (!*to && !m->list_mail)
        add(m, "to-nobody", 0.5, f ? f->text : "");
}

/* ------------------------------------------------------------------ chance */

static void
look_at_address(struct msg *m)
{
    const struct origin *o = origin_of(m);
    const char *host = o->host;

    /* initials are short */
    if (strcspn(o->address, "@+") >= 8 &&
        chance_unspeakable(o->address, strcspn(o->address, "@+"))) {
        add(m, "from-chance", 0.5, o->address);
        return;
    }
    for (const char *p = host; p && strchr(p, '.'); p = strchr(p, '.') + 1)
        if (strncmp(p, "xn--", 4) != 0 && chance_unspeakable(p, strcspn(p, "."))) {
            add(m, "from-chance", 0.6, host);
            return;
        }
}

/* "Your_payment_of_today": words without blanks, so that no filter finds them. Joints of letters only: dates and numbers
 * of programs' mail have others, and Japanese is written without blanks. */
static void
look_at_joints(struct msg *m)
{
    const char *s = m->subject;
    int joints = 0;

    if (!*s || strchr(s, ' '))
        return;
    for (size_t i = 1; s[i]; i++)
        joints += strchr("_.-", s[i]) && isalpha((unsigned char)s[i - 1]) &&
                  isalpha((unsigned char)s[i + 1]);
    if (joints >= 3)
        add(m, "subject-joined", 1.0, s);
}

/* The last word of the subject makes each copy another one. */
static void
look_at_tail(struct msg *m)
{
    const char *s = m->subject, *end = s + strlen(s), *word;

    while (end > s && strchr(" .)]}!", end[-1]))
        end--;
    word = end;
    while (word > s && !strchr(" ([{#:", word[-1]))
        word--;
    if (word > s && chance_word(word, (size_t)(end - word)))
        add(m, "subject-tail", 1.5, arena_strndup(m->arena, word, (size_t)(end - word)));
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;

    look_at_from(m);
    look_at_names(m);
    look_at_unsubscribe(m);
    look_at_codes(m);
    look_at_to(m);
    look_at_tail(m);
    look_at_address(m);
    look_at_joints(m);
}

const struct scanner scan_kit = {.name = "kit",
                                 .help = "Header fields as no mail program writes them",
                                 .prepare = fold_prepare,
                                 .run = run};
