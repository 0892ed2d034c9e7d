#include "logline.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../common/token.h"

/* What is still to be read. */
struct cursor {
    const char *p, *end;
};

static void
copy(char *out, size_t size, const char *p, size_t n)
{
    if (n >= size)
        n = size - 1;
    memcpy(out, p, n);
    out[n] = '\0';
}

static bool
skip(struct cursor *c, const char *text)
{
    size_t n = strlen(text);

    if ((size_t)(c->end - c->p) < n || memcmp(c->p, text, n) != 0)
        return false;
    c->p += n;
    return true;
}

/* Up to the delimiter, which is skipped too. */
static bool
until(struct cursor *c, const char *delimiter, char *out, size_t size)
{
    const char *at = memmem(c->p, (size_t)(c->end - c->p), delimiter, strlen(delimiter));

    if (!at)
        return false;
    copy(out, size, c->p, (size_t)(at - c->p));
    c->p = at + strlen(delimiter);
    return true;
}

/* "<address>": a quoted local part may hold anything, also ">, status=sent". */
static bool
address(struct cursor *c, char *out, size_t size)
{
    const char *start;

    if (!skip(c, "<"))
        return false;
    start = c->p;
    if (c->p < c->end && *c->p == '"') {
        for (c->p++; c->p < c->end && *c->p != '"'; c->p++)
            if (*c->p == '\\' && c->p + 1 < c->end)
                c->p++;
        if (c->p >= c->end)
            return false;
    }
    while (c->p < c->end && *c->p != '>')
        c->p++;
    if (c->p >= c->end)
        return false;
    copy(out, size, start, (size_t)(c->p - start));
    c->p++;
    return true;
}

/* "Nov 24 09:15:02 host postfix/relay/smtp[123]: " */
static bool
prefix(struct cursor *c, struct logline *out)
{
    const char *bracket, *slash, *before;
    char program[128];

    if (c->end - c->p < 17 || c->p[15] != ' ')
        return false;
    copy(out->stamp, sizeof out->stamp, c->p, 15);
    c->p = memchr(c->p + 16, ' ', (size_t)(c->end - c->p - 16));
    if (!c->p)
        return false;
    c->p++;
    if (!until(c, ": ", program, sizeof program) || strncmp(program, "postfix/", 8) != 0)
        return false;
    bracket = strchr(program, '[');
    if (!bracket)
        return false;
    slash = bracket;
    while (slash[-1] != '/')
        slash--;
    copy(out->program, sizeof out->program, slash, (size_t)(bracket - slash));
    before = program + strlen("postfix/");
    if (slash > before)
        copy(out->service, sizeof out->service, before, (size_t)(slash - 1 - before));
    return true;
}

static bool
queue_id(struct cursor *c, char *out, size_t size)
{
    const char *p = c->p;

    while (p < c->end && isalnum((unsigned char)*p))
        p++;
    if (p - c->p < 6 || (size_t)(p - c->p) >= size || c->end - p < 2 || p[0] != ':' || p[1] != ' ')
        return false;
    copy(out, size, c->p, (size_t)(p - c->p));
    if (strcmp(out, "NOQUEUE") == 0)
        return false;
    c->p = p + 2;
    return true;
}

/* to=<..>, [orig_to=<..>, ]relay=.., [conn_use=N, ]delay=.., delays=.., dsn=.., status=word (text)
 */
static bool
delivery(struct cursor *c, struct logline *out)
{
    char unused[64];

    if (!skip(c, "to=") || !address(c, out->to, sizeof out->to) || !skip(c, ", "))
        return false;
    if (skip(c, "orig_to=") && (!address(c, out->orig_to, sizeof out->orig_to) || !skip(c, ", ")))
        return false;
    if (!skip(c, "relay=") || !until(c, ", ", out->relay, sizeof out->relay))
        return false;
    if (skip(c, "conn_use=") && !until(c, ", ", unused, sizeof unused))
        return false;
    if (!skip(c, "delay=") || !until(c, ", ", unused, sizeof unused) || !skip(c, "delays=") ||
        !until(c, ", ", unused, sizeof unused) || !skip(c, "dsn=") ||
        !until(c, ", ", out->dsn, sizeof out->dsn) || !skip(c, "status=") ||
        !until(c, " ", out->status, sizeof out->status))
        return false;
    if (skip(c, "(") && c->p < c->end) {
        size_t n = (size_t)(c->end - c->p);
        copy(out->reply, sizeof out->reply, c->p, c->end[-1] == ')' ? n - 1 : n);
    }
    out->kind = LOGLINE_DELIVERY;
    return true;
}

/* from=<..>, size=N, nrcpt=N (queue active)   or   from=<..>, status=expired, returned to sender */
static bool
qmgr(struct cursor *c, struct logline *out)
{
    char from[330], number[16];

    if (c->end - c->p == 7 && skip(c, "removed")) {
        out->kind = LOGLINE_REMOVED;
        return true;
    }
    if (!skip(c, "from=") || !address(c, from, sizeof from) || !skip(c, ", "))
        return false;
    if (skip(c, "status=expired") || skip(c, "status=force-expired")) {
        copy(out->status, sizeof out->status, "expired", 7);
        out->kind = LOGLINE_EXPIRED;
        return true;
    }
    if (!skip(c, "size=") || !until(c, ", nrcpt=", number, sizeof number) ||
        !until(c, " ", number, sizeof number) || !skip(c, "(queue active)"))
        return false;
    out->nrcpt = atoi(number);
    out->kind = LOGLINE_QUEUED;
    return out->nrcpt > 0;
}

/* "info: header X-Sekisho-Release: UUID from client...: release UUID". The header's value comes
 * first; only the re-injection port has this check, and only the engine may send there. */
static bool
release(struct cursor *c, struct logline *out)
{
    if (!skip(c, "info: header X-Sekisho-Release: ") || c->end - c->p < UUID_LEN)
        return false;
    copy(out->release_id, sizeof out->release_id, c->p, UUID_LEN);
    if (!token_is_uuid(out->release_id))
        return false;
    out->kind = LOGLINE_RELEASE;
    return true;
}

static bool
notice(struct cursor *c, struct logline *out)
{
    if (!skip(c, "sender non-delivery notification: ") &&
        !skip(c, "sender delivery status notification: ") &&
        !skip(c, "sender delay notification: "))
        return false;
    copy(out->notice_id, sizeof out->notice_id, c->p, (size_t)(c->end - c->p));
    out->kind = LOGLINE_NOTICE;
    return true;
}

/* "<address>: " in front of the text: what the sender wrote, once more. */
static void
skip_echo(struct cursor *c)
{
    struct cursor look = *c;
    char unused[330];

    if (address(&look, unused, sizeof unused) && skip(&look, ": "))
        *c = look;
}

/* reject: RCPT from name[ip]: 550 5.1.1 <echo>: text; from=<..> [to=<..> ]proto=ESMTP[ helo=<..>] */
static bool
reject(struct cursor *c, struct logline *out)
{
    char unused[64], code[8];

    if (!skip(c, "reject: ") || (!skip(c, "RCPT") && !skip(c, "MAIL")) || !skip(c, " from ") ||
        !until(c, "[", out->client_name, sizeof out->client_name) ||
        !until(c, "]: ", out->client_ip, sizeof out->client_ip) ||
        !until(c, " ", code, sizeof code) || !until(c, " ", out->dsn, sizeof out->dsn))
        return false;
    out->code = atoi(code);
    skip_echo(c);
    if (!until(c, "; ", out->reply, sizeof out->reply))
        return false;
    if (skip(c, "from=") && (!address(c, out->from, sizeof out->from) || !skip(c, " ")))
        return false;
    if (skip(c, "to=") && (!address(c, out->to, sizeof out->to) || !skip(c, " ")))
        return false;
    if (!skip(c, "proto=") || !until(c, " helo=", unused, sizeof unused))
        out->helo[0] = '\0';
    else
        (void)address(c, out->helo, sizeof out->helo);
    out->kind = LOGLINE_REJECT;
    return out->code >= 400 && out->code <= 599;
}

bool
logline_parse(const char *p, size_t n, struct logline *out)
{
    struct cursor c = {p, p + (n > LOGLINE_MAX ? LOGLINE_MAX : n)};
    bool known = false;

    memset(out, 0, sizeof *out);
    if (memchr(p, '\0', (size_t)(c.end - p)) || !prefix(&c, out))
        goto done;
    /* Before the first recipient was taken there is no queue id. */
    if (!queue_id(&c, out->queue_id, sizeof out->queue_id) && !skip(&c, "NOQUEUE: "))
        goto done;
    if (strcmp(out->program, "smtpd") == 0)
        known = reject(&c, out);
    else if (strcmp(out->program, "qmgr") == 0)
        known = qmgr(&c, out);
    else if (strcmp(out->program, "cleanup") == 0)
        known = release(&c, out);
    else if (strcmp(out->program, "bounce") == 0)
        known = notice(&c, out);
    else
        known = delivery(&c, out);
done:
    if (!known)
        out->kind = LOGLINE_OTHER;
    return known;
}

int64_t
logline_time(const char *stamp, int64_t now_ms)
{
    struct tm tm = {0}, now_tm;
    time_t now = (time_t)(now_ms / 1000), best = now, t;
    int64_t ms;

    localtime_r(&now, &now_tm);
    for (int year = -1; year <= 1; year++) {
        memset(&tm, 0, sizeof tm);
        if (!strptime(stamp, "%b %d %H:%M:%S", &tm))
            return now_ms;
        tm.tm_year = now_tm.tm_year + year;
        tm.tm_isdst = -1;
        t = mktime(&tm);
        if (t == (time_t)-1)
            continue;
        if (year == -1 || llabs((long long)t - now) < llabs((long long)best - now))
            best = t;
    }
    ms = (int64_t)best * 1000 + 999;
    return ms > now_ms ? (int64_t)best * 1000 > now_ms ? (int64_t)best * 1000 : now_ms : ms;
}
