#include "intake_conn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "intake_room.h"

#define DISPLAY_MAX 500

struct conn *
conn_new(void)
{
    struct arena *a = arena_new();
    struct conn *c = arena_alloc(a, sizeof *c);

    c->magic = CONN_MAGIC;
    c->arena = a;
    c->client_ip = c->client_name = c->helo = "";
    return c;
}

void
conn_free(struct conn *c)
{
    struct arena *a;

    if (!c)
        return;
    BUG_IF(c->magic != CONN_MAGIC);
    mail_end(c);
    c->magic = 0;
    a = c->arena;
    arena_free(&a);
}

struct mail *
mail_begin(struct conn *c)
{
    struct arena *a;

    mail_end(c);
    a = arena_new();
    c->mail = arena_alloc(a, sizeof *c->mail);
    c->mail->arena = a;
    c->mail->fd = -1;
    c->mail->sender = "";
    c->mail->tls = "";
    c->mail->sender_domain = "";
    c->mail->subject = c->mail->from = c->mail->message_id = "";
    return c->mail;
}

static void
forget_bytes(struct mail *m)
{
    if (m->fd >= 0)
        close(m->fd);
    m->fd = -1;
    free(m->buffer);
    m->buffer = NULL;
    m->buffered = 0;
}

/* Not taken: its memory is free for others while the rest of it still comes. */
static void
give_up(struct mail *m, enum mail_trouble why)
{
    m->trouble = why;
    forget_bytes(m);
    room_give(m->kept);
    m->kept = 0;
    if (why == MAIL_NO_ROOM)
        turned_away(&room_full, "intake.memory-full");
}

void
mail_end(struct conn *c)
{
    struct mail *m = c->mail;
    struct arena *a;
    int64_t kept;

    c->mail = NULL;
    if (!m)
        return;
    forget_bytes(m);
    a = m->arena;
    kept = m->kept;
    arena_free(&a); /* ends the mapping of mail_bytes() */
    room_give(kept);
}

/* "<a@b>" -> "a@b" */
static char *
without_brackets(struct arena *a, const char *s)
{
    size_t n = strlen(s);

    if (n >= 2 && s[0] == '<' && s[n - 1] == '>')
        return arena_strndup(a, s + 1, n - 2);
    return arena_strdup(a, s);
}

void
mail_set_sender(struct mail *m, const char *address)
{
    struct addr parsed;

    m->sender = without_brackets(m->arena, address);
    addr_envelope(m->arena, m->sender, &parsed);
    m->sender_domain = parsed.domain;
}

struct mail_recipient *
mail_add_recipient(struct mail *m, const char *address)
{
    struct mail_recipient *r, *bigger;
    struct addr parsed;

    if (m->nrecipients == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 8;
        bigger = arena_calloc(m->arena, (size_t)m->cap, sizeof *bigger);
        if (m->nrecipients > 0)
            memcpy(bigger, m->recipients, (size_t)m->nrecipients * sizeof *bigger);
        m->recipients = bigger;
    }
    r = &m->recipients[m->nrecipients];
    r->original = without_brackets(m->arena, address);
    addr_envelope(m->arena, r->original, &parsed);
    r->key = parsed.key;
    r->domain = parsed.domain;
    r->org = "";
    r->approved = false;
    r->same_as = -1;
    for (int i = 0; i < m->nrecipients && r->same_as < 0; i++)
        if (strcmp(m->recipients[i].key, r->key) == 0)
            r->same_as = i;
    m->nrecipients++;
    return r;
}

/* ---------------------------------------------------------------- the original bytes */

static void
write_out(struct mail *m, const char *p, size_t n)
{
    if (m->trouble != MAIL_FINE)
        return;
    if (!room_take((int64_t)n, m->kept)) {
        give_up(m, MAIL_NO_ROOM);
        return;
    }
    m->kept += (int64_t)n;
    while (n > 0) {
        ssize_t k = write(m->fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0) {
            give_up(m, MAIL_NO_ROOM);
            return;
        }
        p += k;
        n -= (size_t)k;
    }
}

static void
flush(struct mail *m)
{
    write_out(m, m->buffer, m->buffered);
    m->buffered = 0;
}

static void
collect(struct mail *m, const void *p, size_t n)
{
    if (m->trouble != MAIL_FINE)
        return;
    if (m->fd < 0) {
        m->fd = memfd_create("mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        m->buffer = malloc(COLLECT_BUFFER);
        if (m->fd < 0 || !m->buffer) {
            give_up(m, MAIL_NO_ROOM);
            return;
        }
    }
    m->size += (int64_t)n;
    if (m->size > settings_int(SET_message_size)) {
        give_up(m, MAIL_TOO_LARGE);
        return;
    }
    if (m->buffered + n > COLLECT_BUFFER)
        flush(m);
    if (n > COLLECT_BUFFER)
        write_out(m, p, n);
    if (n > COLLECT_BUFFER || m->trouble != MAIL_FINE)
        return;
    memcpy(m->buffer + m->buffered, p, n);
    m->buffered += n;
}

/* The first of its kind, as one line. */
static void
keep_for_display(struct mail *m, const char **field, const char *value)
{
    size_t n = strnlen(value, DISPLAY_MAX);
    char *text;

    if ((*field)[0])
        return;
    while (n > 0 && (*value == ' ' || *value == '\t')) {
        value++;
        n--;
    }
    text = jsonx_utf8(m->arena, value, n);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20)
            *p = ' ';
    *field = text;
}

static void
look_at_header(struct mail *m, const char *name, const char *value)
{
    if (strcasecmp(name, "Subject") == 0) {
        keep_for_display(m, &m->subject, value);
        if (!m->subject_value)
            m->subject_value = arena_strdup(m->arena, value);
    } else if (strcasecmp(name, "From") == 0)
        keep_for_display(m, &m->from, value);
    else if (strcasecmp(name, "Message-ID") == 0)
        keep_for_display(m, &m->message_id, value);
    if (strcasecmp(name, "Received") == 0)
        m->received++;
    own_headers_see(m->arena, &m->forged, name, value);
}

void
mail_add_header(struct mail *m, const char *name, const char *value)
{
    look_at_header(m, name, value);
    collect(m, name, strlen(name));
    collect(m, ":", 1);
    while (*value) {
        size_t n = strcspn(value, "\n");
        collect(m, value, n > 0 && value[n] == '\n' && value[n - 1] == '\r' ? n - 1 : n);
        value += n;
        if (*value == '\n') {
            collect(m, "\r\n", 2);
            value++;
        }
    }
    collect(m, "\r\n", 2);
}

void
mail_end_of_header(struct mail *m)
{
    collect(m, "\r\n", 2);
}

void
mail_add_body(struct mail *m, const void *p, size_t n)
{
    collect(m, p, n);
}

struct mapping {
    void *p;
    size_t n;
};

static void
unmap(void *arg)
{
    struct mapping *map = arg;

    (void)munmap(map->p, map->n);
}

const unsigned char *
mail_bytes(struct mail *m, size_t *n)
{
    struct mapping *map;

    if (m->fd < 0)
        collect(m, "", 0);
    flush(m);
    free(m->buffer);
    m->buffer = NULL;
    if (m->trouble != MAIL_FINE ||
        fcntl(m->fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
        return NULL;
    *n = (size_t)m->size;
    if (m->size == 0)
        return (const unsigned char *)"";
    map = arena_alloc(m->arena, sizeof *map);
    map->n = (size_t)m->size;
    map->p = mmap(NULL, map->n, PROT_READ, MAP_PRIVATE | MAP_POPULATE, m->fd, 0);
    if (map->p == MAP_FAILED)
        return NULL;
    arena_defer(m->arena, unmap, map);
    return map->p;
}
