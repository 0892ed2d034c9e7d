/* Who the mail says it is from, to whom, and whether its addresses belong together. */
#include "sides.h"
#include "collect.h"
#include "../authn/dmarc.h"
#include "../msg/msg.h"
#include "../../common/arena.h"
#include "../../common/suffixes.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define RECIPIENTS_READ 4000 /* bytes of To and Cc */

/* ------------------------------------------------------------------ domains */

static bool
is_ip(const char *host)
{
    return *host == '[' || strspn(host, "0123456789.") == strlen(host) || strchr(host, ':');
}

const char *
side_domain(struct arena *a, const char *host)
{
    char *h = arena_strndup(a, host, 255);
    for (char *p = h; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return !*h || is_ip(h) ? "" : dmarc_organisation(suffixes(), h);
}

static const char *
address_domain(struct arena *a, const char *text)
{
    const char *at = strchr(text, '@');
    size_t n =
        at ? strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") : 0;
    return n ? side_domain(a, arena_strndup(a, at + 1, n)) : "";
}

/* Domain of the first address in a header field; "" when there is none. */
static const char *
side_field_domain(const struct msg *m, const char *field)
{
    const struct msg_field *f = msg_field(m, field);
    return f ? address_domain(m->arena, f->text) : "";
}

const char *
side_ending(struct arena *a, const char *name, size_t n)
{
    const char *dot = strrchr(name, '.');
    char *end = arena_strndup(a, dot && dot[1] ? dot + 1 : "", n);
    for (char *p = end; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return end;
}

/* ------------------------------------------------------------------ to whom */

static int
names_of(struct collect *c, const char *text)
{
    int addresses = 0;
    char word[64];
    size_t n = 0;
    for (size_t i = 0; i < RECIPIENTS_READ; i++) {
        unsigned char ch = (unsigned char)text[i];
        addresses += ch == '@';
        if (isalnum(ch) && n < sizeof word) {
            word[n++] = (char)tolower(ch);
            continue;
        }
        if (ch != '\0' && ch < 0x80 && n > 0 &&
            (ch == '@' || ch == '.' || ch == '_' || ch == '-' || text[i - n] != ' '))
            collect_name(c, word, n);
        n = 0;
        if (!ch)
            break;
    }
    return addresses;
}

static void
to_whom(struct collect *c, const struct msg *m)
{
    static const char *const fields[] = {"To", "Cc"};
    int addresses = 0;
    for (int i = 0; i < m->env->nrecipients && i < 4; i++)
        names_of(c, m->env->recipients[i]);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct msg_field *f = msg_field(m, fields[i]);
        int n = f ? names_of(c, f->text) : 0;
        addresses += n;
        collect_fact(c, STATS_SENDER, fields[i], f ? n ? "" : ": nobody" : ": missing");
    }
    collect_size(c, STATS_SENDER, "recipients named: ", (uint64_t)addresses);
}

/* ------------------------------------------------------------------ from whom */

static void
local_part(struct collect *c, const char *from)
{
    size_t n = strcspn(from, "@"), digits = 0, dots = 0;
    bool mixed = false;
    for (size_t i = 0; i < n; i++) {
        bool d = isdigit((unsigned char)from[i]);
        mixed |= i > 0 && i + 1 < n && d && isalpha((unsigned char)from[i + 1]);
        digits += d;
        dots += from[i] == '.' || from[i] == '-' || from[i] == '_';
    }
    collect_size(c, STATS_SENDER, "sender's name, length: ", n);
    collect_size(c, STATS_SENDER, "sender's name, digits: ", digits);
    collect_number(c, STATS_SENDER, "sender's name, parts: ", dots > 3 ? 3 : dots);
    if (mixed)
        collect_fact(c, STATS_SENDER, "sender's name, ", "digits inside");
    if (n > 0 && n < 20 && digits == 0)
        collect_fact(c, STATS_SENDER, "sender's name: ", arena_strndup(c->a, from, n));
}

static void
compare(struct collect *c, const char *what, const char *one, const char *other)
{
    collect_fact(c, STATS_SENDER, what,
                 !*one                     ? ": none"
                 : strcmp(one, other) == 0 ? ": sender's domain"
                                           : ": other domain");
}

void
side_sender(struct collect *c, const struct msg *m)
{
    const char *domain = address_domain(c->a, m->from), *at = strchr(m->from, '@');
    to_whom(c, m);
    local_part(c, m->from);
    collect_fact(c, STATS_SENDER, "sender's domain: ", domain);
    collect_fact(c, STATS_SENDER, "sender's domain ends in ", side_ending(c->a, domain, 20));
    if (at) {
        size_t labels = 0, hyphens = 0, digits = 0;
        for (const char *p = at; *p; p++) {
            labels += *p == '.';
            hyphens += *p == '-';
            digits += isdigit((unsigned char)*p) != 0;
        }
        collect_number(c, STATS_SENDER, "sender's domain, dots: ", labels > 4 ? 4 : labels);
        collect_number(c, STATS_SENDER, "sender's domain, hyphens: ", hyphens > 3 ? 3 : hyphens);
        collect_size(c, STATS_SENDER, "sender's domain, digits: ", digits);
    }
    if (!*m->from_name)
        collect_fact(c, STATS_SENDER, "sender, ", "no name");
    else if (strchr(m->from_name, '@'))
        collect_fact(c, STATS_SENDER, "sender, ", "address as name");
    compare(c, "Reply-To", side_field_domain(m, "Reply-To"), domain);
    compare(c, "Message-ID", address_domain(c->a, m->message_id), domain);
}
