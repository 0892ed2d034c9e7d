#include "content.h"

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../msg/mime_type.h"
#include "../msg/msg.h"
#include "../msg/urls.h"
#include "opened_files.h"

#include <string.h>
#include <time.h>

/* An archive that is being unpacked. */
struct opened {
    const struct content_file *f;
    int64_t bytes; /* unpacked from it */
    bool office, over;
};

#define SAME_FINDINGS 5

struct content {
    struct msg *m;
    const struct buf *body;
    struct buf *text;
    struct arena *scratch; /* of the file that is being looked at */
    struct opened open[CONTENT_LAYERS + 2];
    int nopen;
    int64_t bytes, live; /* unpacked; in memory now */
    int64_t cpu;         /* milliseconds of this thread when it began; -1: not yet */
    struct passwords *passwords;
    bool spent; /* a limit of the message was passed: nothing more is unpacked */
};

static const struct content_look *const looks[] = {
#define LOOK(id) &look_##id,
#include "looks.def"
#undef LOOK
    NULL,
};

struct content *
content_new(struct msg *m, const struct buf *body)
{
    struct content *c = arena_alloc(m->arena, sizeof *c);

    *c = (struct content){
        .m = m, .body = body, .text = buf_new(m->arena, CONTENT_TEXT_BYTES), .cpu = -1};
    return c;
}

void
content_end(struct content *c)
{
    c->m->file_text = buf_cstr(c->text);
    c->m->file_text_len = c->text->len;
}

static void
look_at(struct content *c, const struct content_file *f)
{
    struct arena *outer = c->scratch;

    for (size_t i = 0; looks[i]; i++) {
        if (!looks[i]->wants(f))
            continue;
        c->scratch = arena_new();
        looks[i]->run(c, f);
        arena_free(&c->scratch);
    }
    c->scratch = outer;
}

void
content_part(struct content *c, const struct msg_part *part, const char *p, size_t n)
{
    struct content_file f = {.id = part->id,
                             .name = part->name,
                             .type = part->type,
                             .true_type = part->true_type,
                             .p = (const unsigned char *)(p ? p : ""),
                             .n = p ? n : 0};

    look_at(c, &f);
}

/* ---------------------------------------------------------------- limits */

static int64_t
cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* NULL: f is opened by a look that unpacks nothing. */
static struct opened *
opened(struct content *c, const struct content_file *f)
{
    return c->nopen && c->open[c->nopen - 1].f == f ? &c->open[c->nopen - 1] : NULL;
}

void
content_over(struct content *c, const struct content_file *f, const char *code, int64_t limit,
             int64_t seen)
{
    struct opened *o = opened(c, f);

    msg_add_exception(c->m, code, f->id, limit, seen);
    if (o)
        o->over = true;
    /* Of the message, not of one archive. */
    if (strcmp(code, "archive-bytes") == 0 || strcmp(code, "archive-time") == 0)
        c->spent = true;
}

static bool
goes_on(const struct content *c, const struct opened *o)
{
    return !c->spent && !(o && o->over);
}

bool
content_time(struct content *c, const struct content_file *f)
{
    int64_t now = cpu_ms();

    if (c->cpu < 0)
        c->cpu = now;
    if (now - c->cpu > CONTENT_CPU_MS)
        content_over(c, f, "archive-time", CONTENT_CPU_MS, now - c->cpu);
    return !c->spent;
}

/* A package of Office's XML has limits of its own name (9.5). */
static bool
is_office(const struct content_file *f)
{
    static const char index[] = "[Content_Types].xml";

    return f->n > 4 && memcmp(f->p, "PK\3\4", 4) == 0 &&
           memmem(f->p, f->n, index, sizeof index - 1);
}

bool
content_open(struct content *c, const struct content_file *f)
{
    if (c->spent || !content_time(c, f))
        return false;
    if (f->layer >= CONTENT_LAYERS || c->nopen > CONTENT_LAYERS) {
        content_over(c, f, "archive-layers", CONTENT_LAYERS, f->layer + 1);
        return false;
    }
    c->open[c->nopen++] = (struct opened){.f = f, .office = is_office(f)};
    return true;
}

void
content_close(struct content *c)
{
    c->nopen--;
}

bool
content_spend(struct content *c, const struct content_file *f, int64_t n)
{
    struct opened *o = opened(c, f);
    int64_t packed = (int64_t)f->n;

    c->bytes += n;
    if (o)
        o->bytes += n;
    if (o && o->bytes > packed * CONTENT_RATIO)
        content_over(c, f, o->office ? "office-ratio" : "archive-ratio", CONTENT_RATIO,
                     (o->bytes + packed - 1) / (packed ? packed : 1));
    else if (c->bytes > CONTENT_ALL_BYTES)
        content_over(c, f, "archive-bytes", CONTENT_ALL_BYTES, c->bytes);
    return goes_on(c, o) && content_time(c, f);
}

bool
content_hold(struct content *c, const struct content_file *f, int64_t n)
{
    if (n > 0 && c->live + n > CONTENT_LIVE_BYTES) {
        content_over(c, f, "archive-bytes", CONTENT_LIVE_BYTES, c->live + n);
        return false;
    }
    c->live += n;
    return true;
}

/* ---------------------------------------------------------------- for looks */

struct msg *
content_msg(struct content *c)
{
    return c->m;
}

const char *
content_body(struct content *c, size_t *n)
{
    *n = c->body ? c->body->len : 0;
    return c->body ? buf_cstr(c->body) : "";
}

struct passwords **
content_passwords(struct content *c)
{
    return &c->passwords;
}

struct arena *
content_scratch(struct content *c)
{
    return c->scratch;
}

/* The part that f is in the message's list, NULL when the list was full. */
static struct msg_part *
part_of(struct msg *m, const struct content_file *f)
{
    for (int i = m->nparts; i-- > 0;)
        if (strcmp(m->parts[i].id, f->id) == 0)
            return &m->parts[i];
    return NULL;
}

static struct msg_part
new_member(struct content *c, const struct content_file *f, const char *name)
{
    struct arena *a = c->m->arena;
    struct msg_part *around = part_of(c->m, f);
    int number = around ? ++around->children : 0;

    return (struct msg_part){.id = arena_printf(a, "%s/%d", f->id, number),
                             .type = "",
                             .name = jsonx_utf8(a, name, strnlen(name, 1000)),
                             .attachment = true};
}

/* Exactly as many as allowed are looked at. */
static bool
one_more(struct content *c, const struct content_file *f)
{
    struct msg_part *around = part_of(c->m, f);
    struct opened *o = opened(c, f);

    if (f->layer >= CONTENT_LAYERS) {
        content_over(c, f, "archive-layers", CONTENT_LAYERS, f->layer + 1);
        return false;
    }
    if (around && around->children >= CONTENT_MEMBERS) {
        content_over(c, f, o && o->office ? "office-files" : "archive-files", CONTENT_MEMBERS,
                     around->children + 1);
        return false;
    }
    return goes_on(c, o);
}

/* Only what was locked itself: whoever reads it unpacks what is inside. */
static void
keep_opened(struct content *c, const struct content_file *f, const void *p, size_t n)
{
    const struct msg_part *around = part_of(c->m, f);

    if (around && around->opened_with_password)
        c->m->opened_over |= !opened_files_add(c->m->arena, &c->m->opened, p, n);
}

bool
content_member(struct content *c, const struct content_file *f, const char *name, const void *p,
               size_t n)
{
    unsigned char sum[32];
    struct content_file inner;
    struct msg_part part;

    if (c->spent || !one_more(c, f))
        return false;
    part = new_member(c, f, name);
    part.true_type = mime_type_of(p, n);
    part.bytes = (int64_t)n;
    token_sha256(p, n, sum);
    memcpy(part.sha256, token_hex(c->m->arena, sum, 32), 65);
    keep_opened(c, f, p, n);
    msg_add_part(c->m, part);
    inner = (struct content_file){.id = part.id,
                                  .name = part.name,
                                  .type = "",
                                  .true_type = part.true_type,
                                  .p = p,
                                  .n = n,
                                  .layer = f->layer + 1,
                                  .inside = f};
    look_at(c, &inner);
    return goes_on(c, opened(c, f));
}

bool
content_locked(struct content *c, const struct content_file *f, const char *name)
{
    struct msg_part part, *whole = part_of(c->m, f);

    if (c->spent || (*name && !one_more(c, f)))
        return false;
    if (*name) {
        part = new_member(c, f, name);
        part.true_type = "";
        part.encrypted = true;
        msg_add_part(c->m, part);
    } else if (whole) {
        whole->encrypted = true;
    }
    content_finding(c, f, "encrypted", "unscannable", 0, *name ? name : f->name);
    return true;
}

void
content_text(struct content *c, const struct content_file *f, const char *text, size_t n)
{
    struct url_place at = {c->m, c->scratch, "attachment", f->id};

    urls_in_text(&at, text, n);
    buf_add(c->text, text, n);
    buf_char(c->text, '\n');
}

void
content_url(struct content *c, const struct content_file *f, const char *url)
{
    struct url_place at = {c->m, c->scratch, "attachment", f->id};

    (void)urls_add(&at, url);
}

/* Enough of the same about one file: a document may have a hundred thousand bad links. */
static bool
said_enough(const struct msg *m, const struct content_file *f, const char *code, const char *kind)
{
    int same = 0;
    for (int i = m->nfindings; i-- > 0 && strcmp(m->findings[i].part, f->id) == 0;)
        same += strcmp(m->findings[i].code, code) == 0 && strcmp(m->findings[i].kind, kind) == 0;
    return same >= SAME_FINDINGS;
}

void
content_finding(struct content *c, const struct content_file *f, const char *code, const char *kind,
                double score, const char *evidence)
{
    struct arena *a = c->m->arena;

    if (said_enough(c->m, f, code, kind))
        return;
    msg_add_finding(
        c->m, (struct msg_finding){.scanner = "content",
                                   .code = arena_strdup(a, code),
                                   .kind = arena_strdup(a, kind),
                                   .score = score,
                                   .evidence = jsonx_utf8(a, evidence, strnlen(evidence, 1000)),
                                   .part = f->id});
}

double
content_scored(const struct content *c, const char *code)
{
    double sum = 0;
    for (int i = 0; i < c->m->nfindings; i++)
        if (strcmp(c->m->findings[i].scanner, "content") == 0 &&
            strcmp(c->m->findings[i].code, code) == 0)
            sum += c->m->findings[i].score;
    return sum;
}
