#include "reinject.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "../../common/arena.h"
#include "../../common/err.h"

struct reinject {
    CURL *curl;
    char *socket;
    long timeout_ms;
    /* of the conversation that runs */
    const char *head; /* our fields */
    size_t head_len;
    const unsigned char *body;
    size_t body_len, at; /* at: of head + body */
    bool sent_all;
    int code; /* of the last reply line */
    char line[300];
};

/* ---------------------------------------------------------------- bytes */

static bool
bare_at(const unsigned char *raw, size_t n, size_t i)
{
    if (raw[i] == '\r')
        return i + 1 == n || raw[i + 1] != '\n';
    return raw[i] == '\n' && (i == 0 || raw[i - 1] != '\r');
}

const unsigned char *
reinject_lines(struct arena *a, const unsigned char *raw, size_t n, size_t *out_n)
{
    bool ended = n == 0 || (n >= 2 && raw[n - 2] == '\r' && raw[n - 1] == '\n');
    unsigned char *copy = NULL;

    for (size_t i = 0; i < n; i++) {
        if (!bare_at(raw, n, i))
            continue;
        if (!copy) {
            copy = arena_alloc(a, n + 2);
            memcpy(copy, raw, n);
        }
        copy[i] = ' ';
    }
    if (!ended && !copy) {
        copy = arena_alloc(a, n + 2);
        memcpy(copy, raw, n);
    }
    if (!ended)
        memcpy(copy + n, "\r\n", 2);
    *out_n = ended ? n : n + 2;
    return copy ? copy : raw;
}

static size_t
part(const void *from, size_t from_len, size_t skip, char *out, size_t room)
{
    size_t n;

    if (skip >= from_len)
        return 0;
    n = from_len - skip < room ? from_len - skip : room;
    memcpy(out, (const char *)from + skip, n);
    return n;
}

static size_t
give_bytes(char *out, size_t size, size_t count, void *arg)
{
    struct reinject *r = arg;
    size_t room = size * count, n;

    if (r->at < r->head_len)
        n = part(r->head, r->head_len, r->at, out, room);
    else
        n = part(r->body, r->body_len, r->at - r->head_len, out, room);
    r->at += n;
    r->sent_all |= n == 0;
    return n;
}

/* ---------------------------------------------------------------- replies */

static size_t
take_line(char *p, size_t size, size_t count, void *arg)
{
    struct reinject *r = arg;
    size_t n = size * count, k = 0;

    if (n >= 3 && isdigit((unsigned char)p[0]) && isdigit((unsigned char)p[1]) &&
        isdigit((unsigned char)p[2]))
        r->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
    for (size_t i = 0; i < n && k < sizeof r->line - 1; i++)
        if (p[i] >= 0x20 && p[i] < 0x7f)
            r->line[k++] = p[i];
    r->line[k] = '\0';
    return n;
}

/* "250 2.0.0 Ok: queued as 4cXyZ21bQzT" */
static void
find_queue_id(const char *line, char *out, size_t size)
{
    static const char words[] = "queued as ";
    const char *p = strstr(line, words);
    size_t n = 0;

    if (p)
        for (p += sizeof words - 1; isalnum((unsigned char)*p) && n < size - 1; p++)
            out[n++] = *p;
    out[n] = '\0';
}

static enum reinject_outcome
outcome_of(const struct reinject *r, CURLcode rc)
{
    if (rc == CURLE_OK)
        return REINJECT_DONE;
    if (r->sent_all && (r->code < 400 || r->code > 599))
        return REINJECT_UNKNOWN; /* the last we heard was 354 */
    return r->code >= 500 && r->code <= 599 ? REINJECT_REFUSED : REINJECT_LATER;
}

/* ---------------------------------------------------------------- sending */

struct reinject *
reinject_new(const char *socket, int timeout_ms)
{
    struct reinject *r = calloc(1, sizeof *r);

    BUG_IF(!r);
    r->curl = curl_easy_init();
    BUG_IF(!r->curl);
    r->timeout_ms = timeout_ms;
    r->socket = strdup(socket);
    BUG_IF(!r->socket);
    return r;
}

void
reinject_free(struct reinject **r)
{
    if (*r) {
        curl_easy_cleanup((*r)->curl);
        free((*r)->socket);
        free(*r);
        *r = NULL;
    }
}

static bool
has_control(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return true;
    return false;
}

static void
set_options(struct reinject *r, const struct reinject_mail *m, struct curl_slist *to)
{
    CURL *c = r->curl;

    curl_easy_reset(c);                                           /* keeps the connection */
    curl_easy_setopt(c, CURLOPT_URL, "smtp://localhost/sekisho"); /* what we say in EHLO */
    curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, r->socket);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp");
    curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_NONE);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, 3000L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, r->timeout_ms);
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, m->sender);
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)-1);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give_bytes);
    curl_easy_setopt(c, CURLOPT_READDATA, r);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_line);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, r);
}

void
reinject_send(struct reinject *r, struct arena *a, const struct reinject_mail *m,
              struct reinject_answer *out)
{
    struct curl_slist *to;
    CURLcode rc;

    memset(out, 0, sizeof *out);
    if (has_control(m->sender) || has_control(m->recipient) || has_control(m->header)) {
        out->outcome = REINJECT_REFUSED;
        (void)snprintf(out->text, sizeof out->text, "control bytes in the envelope");
        return;
    }
    to = curl_slist_append(NULL, m->recipient);
    BUG_IF(!to);
    r->head = arena_printf(a, "%s\r\n%s", m->header, m->fields ? m->fields : "");
    r->head_len = strlen(r->head);
    r->body = reinject_lines(a, m->raw, m->n, &r->body_len);
    r->at = 0;
    r->sent_all = false;
    r->code = 0;
    r->line[0] = '\0';
    set_options(r, m, to);
    rc = curl_easy_perform(r->curl);
    curl_slist_free_all(to);
    out->outcome = outcome_of(r, rc);
    if (out->outcome == REINJECT_DONE)
        find_queue_id(r->line, out->queue_id, sizeof out->queue_id);
    (void)snprintf(out->text, sizeof out->text, "%s",
                   r->code >= 200 && r->line[0] ? r->line : curl_easy_strerror(rc));
}
