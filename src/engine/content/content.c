#include "content.h"

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../msg/mime_type.h"
#include "../msg/msg.h"
#include "../msg/urls.h"

#include <string.h>

#define SAME_FINDINGS 5

struct content {
    struct msg *m;
    struct buf *text;
    struct arena *scratch; /* of the file that is being looked at */
};

static const struct content_look *const looks[] = {
#define LOOK(id) &look_##id,
#include "looks.def"
#undef LOOK
    NULL,
};

struct content *
content_new(struct msg *m)
{
    struct content *c = arena_alloc(m->arena, sizeof *c);

    *c = (struct content){.m = m, .text = buf_new(m->arena, CONTENT_TEXT_BYTES)};
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

struct msg *
content_msg(struct content *c)
{
    return c->m;
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

bool
content_member(struct content *c, const struct content_file *f, const char *name, const void *p,
               size_t n, int64_t compressed)
{
    struct msg_part part = new_member(c, f, name);
    unsigned char sum[32];
    struct content_file inner;

    (void)compressed;
    part.true_type = mime_type_of(p, n);
    part.bytes = (int64_t)n;
    token_sha256(p, n, sum);
    memcpy(part.sha256, token_hex(c->m->arena, sum, 32), 65);
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
    return true;
}

void
content_locked(struct content *c, const struct content_file *f, const char *name)
{
    struct msg_part part = new_member(c, f, name);

    part.true_type = "";
    part.encrypted = true;
    msg_add_part(c->m, part);
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
