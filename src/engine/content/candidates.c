#include "candidates.h"
#include "../msg/msg.h"
#include "../../common/arena.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define SHORTEST 3
#define LONGEST 64
#define LOOKED_AT (64 * 1024) /* bytes of the text */
#define BEHIND 4              /* tokens behind a word that speaks of passwords */

struct list {
    struct arena *a;
    struct candidate *all;
    int n, most;
    bool strong;
};

/* Without their endings: "passwort", "passwords", "mot de passe : ". Short ones must stand alone: "shipping". */
#define SHORT_WORD 4
static const char *const words[] = {
    "password",
    "passphrase",
    "passwd",
    "passcode",
    "passwor",
    "pass",
    "kennwort",
    "pwd",
    "pw",
    "pin",
    "mot de passe",
    "contrase\xc3\xb1"
    "a",
    "contrasena",
    "clave",
    "senha",
    "palavra-passe",
    "parola d'ordine",
    "wachtwoord",
    "l\xc3\xb6senord",
    "adgangskode",
    "passord",
    "salasana",
    "has\xc5\x82o",
    "haslo",
    "heslo",
    "jelsz\xc3\xb3",
    "\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb", /* Russian, small and capital */
    "\xd0\x9f\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb",
    "\xd0\x9f\xd0\x90\xd0\xa0\xd0\x9e\xd0\x9b",
    "\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89", /* Japanese: pasuwaado */
    "\xe3\x83\x91\xe3\x82\xb9",                                     /* pasu */
    "\xe6\x9a\x97\xe8\xa8\xbc\xe7\x95\xaa\xe5\x8f\xb7",             /* anshou bangou */
    "\xe5\xaf\x86\xe7\xa0\x81",
    "\xe5\xaf\x86\xe7\xa2\xbc", /* Chinese */
    "\xe5\x8f\xa3\xe4\xbb\xa4",
    "\xeb\xb9\x84\xeb\xb0\x80\xeb\xb2\x88\xed\x98\xb8", /* Korean */
    "\xec\x95\x94\xed\x98\xb8",
};

static void
add(struct list *l, const char *p, size_t n)
{
    if (n < SHORTEST || n > LONGEST || l->n == l->most)
        return;
    for (int i = 0; i < l->n; i++)
        if (strlen(l->all[i].text) == n && memcmp(l->all[i].text, p, n) == 0)
            return;
    l->all[l->n++] = (struct candidate){arena_strndup(l->a, p, n), l->strong};
}

/* ------------------------------------------------------------------ tokens */

/* Brackets, quotes, colons and full stops of other scripts, as UTF-8. */
static size_t
wide_separator(const char *p, const char *end)
{
    static const char *const all[] = {
        "\xe3\x80\x80", "\xef\xbc\x9a", "\xe3\x80\x8c", "\xe3\x80\x8d", "\xe3\x80\x8e",
        "\xe3\x80\x8f", "\xe3\x80\x90", "\xe3\x80\x91", "\xef\xbc\x88", "\xef\xbc\x89",
        "\xe3\x80\x82", "\xe3\x80\x81", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e",
        "\xe2\x80\x98", "\xe2\x80\x99", "\xc2\xab",     "\xc2\xbb",     "\xc2\xa0",
        "\xef\xbc\x9d", "\xe2\x86\x92",
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t n = strlen(all[i]);
        if ((size_t)(end - p) >= n && memcmp(p, all[i], n) == 0)
            return n;
    }
    return 0;
}

static size_t
separator(const char *p, const char *end)
{
    return strchr(" \t\r\n\"<>()[]{}", *p) && *p ? 1 : wide_separator(p, end);
}

/* The next run without separators; false: there is none. */
static bool
token(const char **p, const char *end, const char **start, size_t *n)
{
    size_t skip;
    while (*p < end && (skip = separator(*p, end)))
        *p += skip;
    *start = *p;
    while (*p < end && !separator(*p, end))
        ++*p;
    *n = (size_t)(*p - *start);
    return *n > 0;
}

static bool
is_ascii(unsigned char b)
{
    return b > ' ' && b < 127;
}

/* Scripts without blanks: "pasuwaado ha abc123 desu" is one run, and the password is what is in Latin letters in it. */
static void
add_latin(struct list *l, const char *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t from = i;
        while (i < n && is_ascii((unsigned char)p[i]))
            i++;
        if (i > from && i - from < n)
            add(l, p + from, i - from);
        while (i < n && !is_ascii((unsigned char)p[i]))
            i++;
    }
}

/* Full-width letters and digits (U+FF01 to U+FF5E) as they are typed on a keyboard. */
static void
add_narrow(struct list *l, const char *p, size_t n)
{
    char out[LONGEST * 3];
    size_t len = 0, wide = 0;
    for (size_t i = 0; i < n && n <= sizeof out;) {
        unsigned char b = (unsigned char)p[i];
        if (b == 0xef && i + 2 < n && (p[i + 1] & 0xff) >= 0xbc && (p[i + 1] & 0xff) <= 0xbd) {
            int c = ((p[i + 1] & 3) << 6 | (p[i + 2] & 0x3f)) + 0x20;
            out[len++] = (char)(c > 0x20 && c < 0x7f ? c : '?');
            wide++;
            i += 3;
        } else {
            out[len++] = p[i++];
        }
    }
    if (wide) {
        add(l, out, len);
        add_latin(l, out, len);
    }
}

/* As it stands, and without what belongs to the sentence around it. */
static void
add_token(struct list *l, const char *p, size_t n)
{
    size_t from = 0, to = n;
    add(l, p, n);
    while (from < to && strchr(".,;:!?'=*_-`~", p[from]))
        from++;
    while (to > from && strchr(".,;:!?'*_-`~", p[to - 1]))
        to--;
    if (from || to < n)
        add(l, p + from, to - from);
    add_latin(l, p, n);
    add_narrow(l, p, n);
    /* "Password:abc", "pw=abc" */
    for (size_t i = from; i < to; i++)
        if (p[i] == ':' || p[i] == '=')
            add(l, p + i + 1, to - i - 1);
}

/* What may be a password by its looks: digits, signs, or capitals inside. */
static bool
looks_made(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((p[i] >= '0' && p[i] <= '9') || (i && p[i] >= 'A' && p[i] <= 'Z') ||
            strchr("@#$%&+!_", p[i]))
            return true;
    return false;
}

/* ------------------------------------------------------------------ places */

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

#define WORDS (int)(sizeof words / sizeof *words)

/* Words by their first byte: most bytes begin none. -1 ends a chain. second: the low five bits of what follows, which
 * capitals and small letters have in common. */
struct heads {
    int first[256], next[sizeof words / sizeof *words];
    uint32_t second[256];
};

static void
make_heads(struct heads *h)
{
    for (int i = 0; i < 256; i++)
        h->first[i] = -1;
    memset(h->second, 0, sizeof h->second);
    for (int i = WORDS; i-- > 0;) {
        unsigned char c = (unsigned char)words[i][0];
        h->next[i] = h->first[c];
        h->first[c] = i;
        h->second[c] |= 1u << (words[i][1] & 31);
        if (is_letter((char)c)) { /* all words with this letter are in the chain of the small one */
            h->first[c ^ 0x20] = i;
            h->second[c ^ 0x20] = h->second[c];
        }
    }
}

/* Length of the word that begins at p, 0: none. */
static size_t
speaks_of(const struct heads *h, const char *text, const char *p, const char *end)
{
    if (end - p < 2 || !(h->second[(unsigned char)*p] >> (p[1] & 31) & 1))
        return 0;
    for (int i = h->first[(unsigned char)*p]; i >= 0; i = h->next[i]) {
        size_t n = strlen(words[i]);
        if ((size_t)(end - p) < n || strncasecmp(p, words[i], n) != 0)
            continue;
        if (n > SHORT_WORD || !is_letter(*p) ||
            ((p == text || !is_letter(p[-1])) && (p + n == end || !is_letter(p[n]))))
            return n;
    }
    return 0;
}

static void
behind_words(struct list *l, const char *text, size_t n)
{
    const char *end = text + n, *start;
    struct heads heads;
    size_t len;
    make_heads(&heads);
    for (const char *p = text; p < end && l->n < l->most;) {
        size_t word = speaks_of(&heads, text, p, end);
        if (!word) {
            p++;
            continue;
        }
        const char *at = p += word;
        for (int i = 0; i < BEHIND && token(&at, end, &start, &len); i++)
            add_token(l, start, len);
    }
}

static void
tokens(struct list *l, const char *text, size_t n, bool all)
{
    const char *p = text, *end = text + n, *start;
    size_t len;
    while (l->n < l->most && token(&p, end, &start, &len))
        if (all || looks_made(start, len))
            add_token(l, start, len);
}

/* "report_2024-11.zip": the whole name, and its pieces. */
static void
names(struct list *l, const struct msg *m)
{
    for (int i = 0; i < m->nparts && l->n < l->most; i++) {
        const char *name = m->parts[i].name, *dot = strrchr(name, '.');
        size_t n = dot ? (size_t)(dot - name) : strlen(name);
        add(l, name, n);
        for (size_t at = 0; at < n;) {
            size_t len = strcspn(name + at, "_ -.");
            add(l, name + at, len < n - at ? len : n - at);
            at += len + 1;
        }
    }
}

int
candidates(struct arena *a, const struct msg *m, const char *text, size_t n, struct candidate *out,
           int most)
{
    struct list l = {.a = a, .all = out, .most = most, .strong = true};
    n = n > LOOKED_AT ? LOOKED_AT : n;
    behind_words(&l, m->subject, strlen(m->subject));
    behind_words(&l, text, n);
    l.strong = false;
    tokens(&l, m->subject, strlen(m->subject), true);
    names(&l, m);
    tokens(&l, text, n, false);
    return l.n;
}

/* Only what stands behind a word and looks like a password, or is all there is in the mail: these leave the sandbox. */
json_t *
candidates_hints(struct arena *a, const struct msg *m)
{
    struct candidate all[CANDIDATES_HINTS * 4];
    struct list l = {.a = a, .all = all, .most = CANDIDATES_HINTS * 4, .strong = true};
    size_t n = m->text_len > LOOKED_AT ? LOOKED_AT : m->text_len;
    json_t *out = json_array();
    behind_words(&l, m->subject, strlen(m->subject));
    behind_words(&l, m->text, n);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < l.n && json_array_size(out) < CANDIDATES_HINTS; i++)
            if (looks_made(all[i].text, strlen(all[i].text)) == (pass == 0))
                json_array_append_new(out, json_string(all[i].text));
    return out;
}
