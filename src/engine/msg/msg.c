#include "msg.h"
#include "../../common/arena.h"

#include <string.h>
#include <strings.h>

static const struct envelope nobody = {
    .client_ip = "", .client_name = "", .helo = "", .tls = "", .sender = "", .direction = "in"};

struct msg *
msg_new(struct arena *a)
{
    struct msg *m = arena_alloc(a, sizeof *m);
    m->arena = a;
    m->from = m->from_name = m->from_key = m->subject = m->message_id = m->date = "";
    m->text = m->hidden = m->source = m->file_text = m->learn = "";
    m->normal = m->language = m->hiding.word = "";
    m->env = &nobody;
    return m;
}

/* Lists grow by doubling; the old memory stays with the arena. */
static void *
grow(struct arena *a, void *list, int n, size_t size)
{
    if (n & (n - 1)) /* full only at powers of two */
        return list;
    void *more = arena_calloc(a, n ? (size_t)n * 2 : 1, size);
    if (n)
        memcpy(more, list, (size_t)n * size);
    return more;
}

static const char *
text(const char *s)
{
    return s ? s : "";
}

void
msg_add_part(struct msg *m, struct msg_part p)
{
    p.id = text(p.id), p.type = text(p.type), p.true_type = text(p.true_type),
    p.name = text(p.name);
    if (m->nparts == MSG_PARTS) {
        msg_add_exception(m, "too-many-parts", p.id, MSG_PARTS, MSG_PARTS + 1);
        return;
    }
    m->parts = grow(m->arena, m->parts, m->nparts, sizeof *m->parts);
    m->parts[m->nparts++] = p;
}

static uint32_t
hash(const char *s)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

static bool
known_host(const struct msg *m, const char *host)
{
    uint32_t h = hash(host);
    for (int i = 0; i < m->nurls; i++)
        if (m->hosts[i] == h && strcmp(m->urls[i].host, host) == 0)
            return true;
    return false;
}

/* Behind the limit, and from many files, only hosts are new that nobody has seen yet: who has listed a thousand harmless
 * addresses must not get another one past us. */
static bool
has_room(struct msg *m, const struct msg_url *u)
{
    bool file = strcmp(u->source, "attachment") == 0;
    size_t bytes = m->url_bytes + strlen(u->url);

    m->file_urls += file;
    if (m->nurls < MSG_URLS && bytes <= MSG_URL_BYTES && !(file && m->file_urls > MSG_FILE_URLS)) {
        m->url_bytes = bytes;
        return true;
    }
    msg_add_exception(m, "too-many-urls", u->part, MSG_URLS, MSG_URLS + 1);
    if (known_host(m, u->host))
        return false;
    m->urls_full = m->nurls == MSG_URLS + MSG_MORE_HOSTS || bytes > 2 * MSG_URL_BYTES;
    if (m->urls_full)
        msg_add_exception(m, "too-many-hosts", u->part, MSG_URLS + MSG_MORE_HOSTS,
                          MSG_URLS + MSG_MORE_HOSTS + 1);
    else
        m->url_bytes = bytes;
    return !m->urls_full;
}

void
msg_add_url(struct msg *m, struct msg_url u)
{
    if (m->urls_full)
        return;
    u.url = text(u.url), u.host = text(u.host), u.source = text(u.source), u.part = text(u.part);
    u.hash = hash(u.url);
    for (int i = 0; i < m->nurls; i++)
        if (m->urls[i].hash == u.hash && strcmp(m->urls[i].url, u.url) == 0 &&
            strcmp(m->urls[i].source, u.source) == 0)
            return;
    if (!has_room(m, &u))
        return;
    m->urls = grow(m->arena, m->urls, m->nurls, sizeof *m->urls);
    m->hosts = grow(m->arena, m->hosts, m->nurls, sizeof *m->hosts);
    m->hosts[m->nurls] = hash(u.host);
    u.url = arena_strdup(m->arena, u.url);
    u.host = arena_strdup(m->arena, u.host);
    m->urls[m->nurls++] = u;
}

void
msg_add_finding(struct msg *m, struct msg_finding f)
{
    /* Who has so many of kinds needs no notes, and nobody reads them. */
    if (m->nfindings >= (*text(f.kind) ? MSG_FINDINGS : MSG_NOTES))
        return;
    f.scanner = text(f.scanner), f.code = text(f.code), f.kind = text(f.kind);
    f.evidence = text(f.evidence), f.part = text(f.part), f.org = text(f.org);
    m->findings = grow(m->arena, m->findings, m->nfindings, sizeof *m->findings);
    m->findings[m->nfindings++] = f;
}

void
msg_add_note(struct msg *m, const char *scanner, const char *code, double score,
             const char *evidence)
{
    msg_add_finding(m, (struct msg_finding){.scanner = scanner,
                                            .code = code,
                                            .kind = "",
                                            .score = score,
                                            .evidence = evidence,
                                            .part = "",
                                            .org = ""});
}

void
msg_add_link(struct msg *m, struct msg_link l)
{
    l.hash = hash(text(l.href)) ^ hash(text(l.text));
    if (m->nlinks == MSG_LINKS) {
        for (int i = 0; i < m->nlinks; i++)
            if (m->links[i].hash == l.hash && strcmp(m->links[i].href, text(l.href)) == 0 &&
                strcmp(m->links[i].text, text(l.text)) == 0)
                return; /* nothing new */
        msg_add_exception(m, "too-many-links", text(l.part), MSG_LINKS, MSG_LINKS + 1);
        return;
    }
    m->links = grow(m->arena, m->links, m->nlinks, sizeof *m->links);
    m->links[m->nlinks++] = (struct msg_link){arena_strdup(m->arena, text(l.text)),
                                              arena_strdup(m->arena, text(l.href)),
                                              arena_strdup(m->arena, text(l.part)), l.hash};
}

const struct msg_field *
msg_field(const struct msg *m, const char *name)
{
    for (int i = 0; i < m->nfields; i++) /* the first byte tells most of them apart */
        if (((m->fields[i].name[0] ^ name[0]) & ~0x20) == 0 &&
            strcasecmp(m->fields[i].name, name) == 0)
            return &m->fields[i];
    return NULL;
}

size_t
msg_letters(const struct msg *m, size_t most)
{
    size_t n = 0;

    for (size_t i = 0; i < m->text_len && n < most; i++)
        n += (unsigned char)m->text[i] > ' ';
    return n;
}

#define PAGE 40  /* bytes of a page that says something */
#define MORE 400 /* bytes, besides twice the page, that plain text may have more than a page */

size_t
msg_shown_at(const struct msg *m)
{
    return m->page_alone && m->page_len >= PAGE && m->page_at > 2 * m->page_len + MORE ? m->page_at
                                                                                       : 0;
}

void
msg_add_exception(struct msg *m, const char *code, const char *part, int64_t limit, int64_t seen)
{
    for (int i = 0; i < m->nexceptions; i++) {
        if (strcmp(m->exceptions[i].code, code) == 0) { /* once each, the largest */
            if (seen > m->exceptions[i].seen)
                m->exceptions[i].seen = seen;
            return;
        }
    }
    m->exceptions = grow(m->arena, m->exceptions, m->nexceptions, sizeof *m->exceptions);
    m->exceptions[m->nexceptions++] = (struct msg_exception){code, text(part), limit, seen};
}

void
msg_add_anomaly(struct msg *m, const char *code)
{
    for (int i = 0; i < m->nanomalies; i++)
        if (strcmp(m->anomalies[i], code) == 0)
            return;
    if (m->nanomalies == MSG_ANOMALIES)
        return;
    m->anomalies = grow(m->arena, m->anomalies, m->nanomalies, sizeof *m->anomalies);
    m->anomalies[m->nanomalies++] = code;
}
