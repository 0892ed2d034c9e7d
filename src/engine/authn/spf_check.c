#include "spf.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../common/arena.h"
#include "spf_run.h"

const char *
spf_status_name(enum spf_status s)
{
    static const char *const names[] = {
        [SPF_NONE] = "none",           [SPF_NEUTRAL] = "neutral",   [SPF_PASS] = "pass",
        [SPF_FAIL] = "fail",           [SPF_SOFTFAIL] = "softfail", [SPF_TEMPERROR] = "temperror",
        [SPF_PERMERROR] = "permerror",
    };
    return names[s];
}

void
spf_problem(struct spf_run *r, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    if (r->out->problem)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    r->out->problem = arena_strdup(r->arena, text);
}

bool
spf_count_lookup(struct spf_run *r)
{
    if (++r->out->lookups <= SPF_LOOKUPS_MAX)
        return true;
    spf_problem(r, "more than %d terms ask DNS", SPF_LOOKUPS_MAX);
    return false;
}

bool
spf_count_void(struct spf_run *r)
{
    if (++r->out->voids <= SPF_VOIDS_MAX)
        return true;
    spf_problem(r, "more than %d terms find nothing in DNS", SPF_VOIDS_MAX);
    return false;
}

/* 4.3: at least two labels of 1 to 63 bytes; no address literal, nothing that is not printable. */
static bool
is_domain(const char *s)
{
    size_t n = strlen(s), label = 0;
    bool dot = false;

    if (n > 0 && s[n - 1] == '.')
        n--;
    if (n == 0 || n > 253)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] <= ' ' || s[i] > '~' || s[i] == '[' || s[i] == ']')
            return false;
        if (s[i] != '.') {
            if (++label > 63)
                return false;
            continue;
        }
        if (label == 0)
            return false;
        dot = true;
        label = 0;
    }
    return dot && label > 0;
}

static const char *
printable(struct spf_run *r, const char *s)
{
    return spf_printable(r->arena, s, strlen(s), 253);
}

/* The one record of the domain (4.4, 4.5). SPF_PASS: *out is it; anything else is the result. */
static enum spf_status
find_record(struct spf_run *r, const char *domain, struct spf_record *out)
{
    const struct dns_record *found = NULL;
    struct dns_answer answer;

    dns_ask(r->dns, r->arena, domain, DNS_TXT, &answer);
    if (answer.status == DNS_TEMPERROR) {
        spf_problem(r, "DNS does not answer for %s", printable(r, domain));
        return SPF_TEMPERROR;
    }
    for (int i = 0; i < answer.n; i++) {
        if (!spf_is_record(answer.records[i].data, answer.records[i].len))
            continue;
        if (found) {
            spf_problem(r, "%s has more than one record", printable(r, domain));
            return SPF_PERMERROR;
        }
        found = &answer.records[i];
    }
    if (!found)
        return SPF_NONE;
    if (spf_parse(r->arena, found->data, found->len, out))
        return SPF_PASS;
    spf_problem(r, "%s: %s", printable(r, domain), out->problem);
    return SPF_PERMERROR;
}

/* 5.2 */
static enum spf_match
match_include(struct spf_run *r, const char *target)
{
    switch (spf_check_host(r, target, true)) {
    case SPF_PASS:
        return SPF_MATCH;
    case SPF_TEMPERROR:
        return SPF_MATCH_TEMPERROR;
    case SPF_PERMERROR:
        return SPF_MATCH_PERMERROR;
    case SPF_NONE:
        spf_problem(r, "include of %s, which has no record", printable(r, target));
        return SPF_MATCH_PERMERROR;
    default:
        return SPF_NO_MATCH;
    }
}

static enum spf_match
match_term(struct spf_run *r, const struct spf_term *t)
{
    const char *target = r->values.domain;

    if (t->kind == SPF_ALL || t->kind == SPF_IP4 || t->kind == SPF_IP6)
        return spf_mechanism(r, t, target);
    if (!spf_count_lookup(r))
        return SPF_MATCH_PERMERROR;
    if (t->target)
        target = spf_expand_domain(r->arena, t->target, &r->values);
    return t->kind == SPF_INCLUDE ? match_include(r, target) : spf_mechanism(r, t, target);
}

/* 6.2: whatever goes wrong, there is just no explanation. */
static void
explain(struct spf_run *r, const char *spec)
{
    struct dns_answer answer;

    if (!spec)
        return;
    dns_ask(r->dns, r->arena, spf_expand_domain(r->arena, spec, &r->values), DNS_TXT, &answer);
    if (answer.status == DNS_OK && answer.n == 1)
        r->out->explanation = spf_expand_text(r->arena, (const char *)answer.records[0].data,
                                              answer.records[0].len, &r->values);
}

static enum spf_status
evaluate(struct spf_run *r, const struct spf_record *rec, bool in_include)
{
    enum spf_status s;

    for (int i = 0; i < rec->n; i++) {
        const struct spf_term *t = &rec->terms[i];
        enum spf_match m = match_term(r, t);
        if (m == SPF_NO_MATCH)
            continue;
        if (!in_include) {
            r->out->mechanism = spf_printable(r->arena, t->text, strlen(t->text), 512);
            r->out->record_domain = printable(r, r->values.domain);
        }
        if (m == SPF_MATCH_TEMPERROR)
            return SPF_TEMPERROR;
        if (m == SPF_MATCH_PERMERROR)
            return SPF_PERMERROR;
        if (t->qualifier == SPF_FAIL && !in_include && r->explain)
            explain(r, rec->exp);
        return t->qualifier;
    }
    if (!rec->redirect)
        return SPF_NEUTRAL;
    if (!spf_count_lookup(r))
        return SPF_PERMERROR;
    /* 6.1; the explanation is the other domain's, too (6.2) */
    s = spf_check_host(r, spf_expand_domain(r->arena, rec->redirect, &r->values), in_include);
    if (s == SPF_NONE)
        spf_problem(r, "redirect to a domain without a record");
    return s == SPF_NONE ? SPF_PERMERROR : s;
}

enum spf_status
spf_check_host(struct spf_run *r, const char *domain, bool in_include)
{
    const char *outer = r->values.domain;
    struct spf_record rec;
    enum spf_status s;

    if (!is_domain(domain))
        return SPF_NONE;
    s = find_record(r, domain, &rec);
    if (s != SPF_PASS)
        return s;
    r->values.domain = domain;
    s = evaluate(r, &rec, in_include);
    r->values.domain = outer;
    return s;
}

static bool
read_ip(const char *text, struct spf_values *v)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (!text)
        return false;
    if (inet_pton(AF_INET, text, v->ip) == 1)
        return true;
    v->v6 = inet_pton(AF_INET6, text, v->ip) == 1;
    if (!v->v6)
        return false;
    if (memcmp(v->ip, mapped, sizeof mapped) == 0) {
        memmove(v->ip, v->ip + 12, 4);
        v->v6 = false;
    }
    return true;
}

static void
check(struct dns *d, struct arena *a, const struct spf_request *req, const char *sender, bool helo,
      struct spf_result *out)
{
    struct spf_run r = {.dns = d, .arena = a, .out = out, .explain = req->explain};
    struct spf_values *v = &r.values;
    const char *at = strrchr(sender, '@');

    v->helo = req->helo ? req->helo : "";
    /* 4.3: a sender without a local part is postmaster */
    v->local = at && at > sender ? arena_strndup(a, sender, (size_t)(at - sender)) : "postmaster";
    v->sender_domain = at ? at + 1 : sender;
    v->domain = v->sender_domain;
    v->sender = arena_printf(a, "%s@%s", v->local, v->sender_domain);
    v->receiver = req->receiver ? req->receiver : "unknown";
    v->now = req->now;
    v->validated = spf_validated_name;
    v->arg = &r;
    *out = (struct spf_result){.helo = helo, .domain = printable(&r, v->domain)};
    if (!read_ip(req->ip, v)) {
        spf_problem(&r, "no address to check");
        return;
    }
    out->status = spf_check_host(&r, v->domain, false);
}

void
spf_check_helo(struct dns *d, struct arena *a, const struct spf_request *req,
               struct spf_result *out)
{
    check(d, a, req, arena_printf(a, "postmaster@%s", req->helo ? req->helo : ""), true, out);
}

void
spf_check(struct dns *d, struct arena *a, const struct spf_request *req, struct spf_result *out)
{
    if (req->sender && *req->sender)
        check(d, a, req, req->sender, false, out);
    else
        spf_check_helo(d, a, req, out);
}
