/*
 * SPF records, macros and what DNS says, all from the input. Lines:
 *   1  the peer's address     2  HELO     3  the sender
 *   then one DNS answer a line: what is asked for takes the next one, from the top again when they
 *   are used up. "!" temperror, "-" no such name, "." no data, else texts or names with "|" between.
 * Whatever comes: it ends within its questions, and every text of the result is printable.
 */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "engine/authn/dns.h"
#include "engine/authn/spf.h"
#include "engine/authn/spf_macro.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

struct input {
    const char *answers, *next, *end;
    int asked;
};

static struct dns_record
record_from(struct arena *a, enum dns_type type, const char *s, size_t n, int i)
{
    unsigned char *data = arena_memdup(a, s, n);

    if (type == DNS_A || type == DNS_AAAA) {
        size_t len = type == DNS_A ? 4 : 16;
        data = arena_alloc(a, len + 1);
        memcpy(data, s, n < len ? n : len);
        n = len;
    } else if (type != DNS_TXT) {
        n = strlen((char *)data); /* a name has no NUL */
    }
    return (struct dns_record){.preference = (unsigned)i % 3, .data = data, .len = n};
}

static void
ask(struct dns *d, struct arena *a, const char *name, enum dns_type type, struct dns_answer *out)
{
    static const char signs[] = "!-.";
    static const enum dns_status statuses[] = {DNS_TEMPERROR, DNS_NXDOMAIN, DNS_NODATA};
    struct input *in = d->arg;
    const char *line, *stop, *sign;
    struct dns_record *records = arena_calloc(a, 64, sizeof *records);

    BUG_IF(++in->asked > DNS_QUESTIONS || strlen(name) > 254);
    if (in->next >= in->end)
        in->next = in->answers;
    line = in->next;
    stop = in->end > line ? memchr(line, '\n', (size_t)(in->end - line)) : NULL;
    if (!stop)
        stop = in->end;
    in->next = stop + 1;
    *out = (struct dns_answer){.status = DNS_OK, .records = records};
    sign = stop - line == 1 ? strchr(signs, *line) : NULL;
    if (stop == line || (sign && *sign)) {
        out->status = sign ? statuses[sign - signs] : DNS_NODATA;
        return;
    }
    while (line <= stop && out->n < 64) {
        const char *bar = memchr(line, '|', (size_t)(stop - line));
        if (!bar)
            bar = stop;
        records[out->n] = record_from(a, type, line, (size_t)(bar - line), out->n);
        out->n++;
        line = bar + 1;
    }
}

static void
printable(const char *s, size_t max)
{
    BUG_IF(s && strlen(s) > max);
    for (; s && *s; s++)
        BUG_IF(*s < ' ' || *s > '~');
}

static const char *
line_of(struct arena *a, const char **s, const char *end)
{
    const char *stop = *s < end ? memchr(*s, '\n', (size_t)(end - *s)) : NULL;
    const char *line = *s;

    *s = stop ? stop + 1 : end;
    return arena_strndup(a, line, (size_t)((stop ? stop : end) - line));
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    const char *s = arena_memdup(a, p, n), *end = s + n;
    struct spf_request req = {.explain = true, .receiver = "gate.example", .now = 1795545600};
    struct input in;
    struct dns d = {.ask = ask, .arg = &in, .left = DNS_QUESTIONS};
    struct spf_result r;

    req.ip = line_of(a, &s, end);
    req.helo = line_of(a, &s, end);
    req.sender = line_of(a, &s, end);
    in = (struct input){.answers = s, .next = s, .end = end};
    spf_check(&d, a, &req, &r);
    BUG_IF(r.lookups > SPF_LOOKUPS_MAX + 1 || r.voids > SPF_VOIDS_MAX + 1);
    BUG_IF((r.status == SPF_TEMPERROR || r.status == SPF_PERMERROR) && !r.problem);
    BUG_IF(r.explanation && r.status != SPF_FAIL);
    printable(r.domain, 256);
    printable(r.mechanism, 515);
    printable(r.record_domain, 256);
    printable(r.problem, 511);
    printable(r.explanation, SPF_EXPLANATION_MAX);
    arena_free(&a);
    return 0;
}
