#include "arc_word.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "arc.h"
#include "auth_tags.h"
#include "dmarc.h"

/* RFC 8601 2.2, without comments, and without the white space around "=" and ".": what is left are words
 * between blanks, and ";". Quotation marks go, what they hold stays (blanks in it become "?"). NULL: a
 * comment or a quoted string does not end. */
static char *
plain(struct arena *a, const char *p, size_t n)
{
    char *out = arena_alloc(a, n + 1), *to = out;
    const char *end = p + n;
    bool quoted = false;
    int depth = 0;

    for (; p < end; p++) {
        unsigned char c = (unsigned char)*p;
        if ((quoted || depth > 0) && c == '\\' && p + 1 < end) {
            p++;
            if (quoted)
                *to++ = '?';
            continue;
        }
        if (depth == 0 && c == '"')
            quoted = !quoted;
        else if (!quoted && c == '(')
            depth++;
        else if (depth > 0 && c == ')')
            depth--;
        else if (depth == 0)
            *to++ = quoted && (c <= ' ' || c == ';') ? '?' : c <= ' ' ? ' ' : (char)c;
    }
    *to = '\0';
    return quoted || depth > 0 ? NULL : out;
}

/* "dkim = pass" and "header . d" become one word each. */
static void
join(char *text)
{
    char *to = text;

    for (char *p = text; *p; p++) {
        if (*p == '=' || *p == '.') {
            while (to > text && to[-1] == ' ')
                to--;
            *to++ = *p;
            while (p[1] == ' ')
                p++;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
}

/* ---------------------------------------------------------------- one result */

struct claim {
    bool dmarc, dkim, spf;               /* pass */
    const char *from, *d, *i, *mailfrom; /* NULL */
};

static const char *
behind(const char *word, const char *key)
{
    size_t n = strlen(key);

    return strncasecmp(word, key, n) == 0 ? word + n : NULL;
}

static void
read_word(struct claim *c, const char *word, bool first)
{
    const char *v;

    if (first) {
        c->dmarc = strcasecmp(word, "dmarc=pass") == 0;
        c->dkim = strcasecmp(word, "dkim=pass") == 0;
        c->spf = strcasecmp(word, "spf=pass") == 0;
    } else if ((v = behind(word, "header.from="))) {
        c->from = v;
    } else if ((v = behind(word, "header.d="))) {
        c->d = v;
    } else if ((v = behind(word, "header.i="))) {
        c->i = v;
    } else if ((v = behind(word, "smtp.mailfrom="))) {
        c->mailfrom = v;
    }
}

/* The domain of "a@b", "@b" or "b". */
static const char *
domain_of(struct arena *a, const char *text)
{
    const char *at = strrchr(text, '@');

    text = at ? at + 1 : text;
    return auth_domain(a, (struct auth_text){text, strlen(text)}, 1);
}

static bool
aligned(struct arena *a, const char *text, const char *author, const struct psl *psl)
{
    const char *domain = text ? domain_of(a, text) : NULL;

    return domain && dmarc_aligned(psl, domain, author, false);
}

static bool
vouches(struct arena *a, char *result, const char *author, const struct psl *psl)
{
    struct claim c = {0};
    char *rest = result, *word;
    bool first = true;

    while ((word = strsep(&rest, " "))) {
        if (!*word)
            continue;
        read_word(&c, word, first);
        first = false;
    }
    if (c.dmarc)
        return aligned(a, c.from, author, psl);
    if (c.dkim)
        return aligned(a, c.d ? c.d : c.i, author, psl);
    return c.spf && aligned(a, c.mailfrom, author, psl);
}

/* ---------------------------------------------------------------- all of them */

bool
arc_word_vouches(struct arena *a, const char *value, size_t n, const char *author,
                 const struct psl *psl)
{
    char *rest, *one;
    int skip = 2; /* "i=1" and the authserv-id */

    if (!*author || n > ARC_RESULTS_BYTES || memchr(value, '\0', n))
        return false;
    rest = plain(a, value, n);
    if (!rest)
        return false;
    join(rest);
    while ((one = strsep(&rest, ";")))
        if (skip-- <= 0 && vouches(a, one, author, psl))
            return true;
    return false;
}

const struct arc_word *
arc_words(struct arena *a, const struct arc *c, const char *author, const struct psl *psl)
{
    struct arc_word *list = arena_calloc(a, (size_t)c->n, sizeof *list);

    for (int i = 0; i < c->n; i++) {
        const struct auth_field *f = c->sets[i].results;
        list[i] = (struct arc_word){
            .sealer = c->sets[i].seal.domain,
            .author = arc_word_vouches(a, f->raw + f->value, f->len - f->value, author, psl)};
    }
    return list;
}
