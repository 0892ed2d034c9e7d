/*
 * The safe preview: asks the engine, checks what comes back and makes it safe to show. The engine
 * has already thrown away everything active; here texts lose what hides or reorders characters, and
 * a link whose label names another host than it opens is marked.
 */
#include "pg_message.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/link_label.h"
#include "../../common/token.h"
#include "../../rpc/rpc.h"
#include "../view.h"
#include "../web_session.h"

#define BLOCKS_MAX 4000

static const char *
text_of(struct web_req *r, const json_t *j, const char *key)
{
    const char *s = jsonx_str(j, key);
    return view_safe(r, s ? s : "");
}

/* Keeps line breaks, which view_safe() would turn into spaces. More than two in a row are two. */
static const char *
lines_of(struct web_req *r, const char *s)
{
    struct buf *b = buf_new(r->a, 0);
    int breaks = 0;
    while (s && *s) {
        size_t n = strcspn(s, "\n");
        const char *line = view_safe(r, arena_strndup(r->a, s, n));
        if (line[strspn(line, " ")]) {
            buf_str(b, line);
            breaks = 0;
        }
        s += n;
        if (*s == '\n') {
            if (breaks++ < 2)
                buf_char(b, '\n');
            s++;
        }
    }
    return buf_cstr(b);
}

/* What a type is called and looks like: the first line whose text is part of it. */
static const struct {
    const char *part, *icon, *word;
} file_kinds[] = {
    {"application/pdf", "file-text", N_("PDF document")},
    {"text/html", "file-code", N_("web page")},
    {"script", "file-code", N_("program code")},
    {"image/", "file-image", N_("picture")},
    {"audio/", "file", N_("sound")},
    {"video/", "file", N_("video")},
    {"text/calendar", "file-text", N_("calendar entry")},
    {"text/", "file-text", N_("text file")},
    {"message/", "mail", N_("e-mail message")},
    {"spreadsheet", "file-text", N_("spreadsheet")},
    {"excel", "file-text", N_("spreadsheet")},
    {"presentation", "file-text", N_("presentation")},
    {"powerpoint", "file-text", N_("presentation")},
    {"word", "file-text", N_("text document")},
    {"opendocument.text", "file-text", N_("text document")},
    {"zip", "file-archive", N_("archive")},
    {"compressed", "file-archive", N_("archive")},
    {"-tar", "file-archive", N_("archive")},
    {"rar", "file-archive", N_("archive")},
    {"msdownload", "file-code", N_("program")},
    {"executable", "file-code", N_("program")},
    {"", "file", N_("file")},
};

void
preview_file_name(struct web_req *r, struct preview_file *f)
{
    size_t i = 0;
    while (!strstr(f->type, file_kinds[i].part))
        i++;
    f->icon = file_kinds[i].icon;
    f->word = T(file_kinds[i].word);
    f->given = f->name;
    if (!*f->name)
        f->name = T("(no name)");
}

static void
read_blocks(struct web_req *r, const json_t *list, struct preview *out)
{
    size_t n = json_array_size(list);
    out->blocks = arena_calloc(r->a, n + 1, sizeof *out->blocks);
    for (size_t i = 0; i < n && out->nblocks < BLOCKS_MAX; i++) {
        const json_t *j = json_array_get(list, i);
        const char *t = jsonx_str(j, "t");
        struct preview_block *b = &out->blocks[out->nblocks];
        if (!t)
            continue;
        b->kind = !strcmp(t, "link") ? BLOCK_LINK : !strcmp(t, "image") ? BLOCK_IMAGE
                : !strcmp(t, "text") ? BLOCK_TEXT : BLOCK_BREAK;
        b->text = b->kind == BLOCK_TEXT ? lines_of(r, jsonx_str(j, "s")) : text_of(r, j, "s");
        b->url = text_of(r, j, "url");
        b->host = text_of(r, j, "host");
        b->differs = b->kind == BLOCK_LINK && link_label_differs(b->text, b->host);
        out->nblocks++;
    }
}

static void
read_lists(struct web_req *r, const json_t *j, struct preview *out)
{
    const json_t *links = json_object_get(j, "links"), *heads = json_object_get(j, "headers");
    const json_t *files = json_object_get(j, "attachments"), *one;
    size_t i;
    out->links = arena_calloc(r->a, PREVIEW_LIST, sizeof *out->links);
    out->headers = arena_calloc(r->a, PREVIEW_LIST, sizeof *out->headers);
    out->files = arena_calloc(r->a, PREVIEW_LIST, sizeof *out->files);
    json_array_foreach((json_t *)links, i, one) {
        struct preview_link l = {text_of(r, one, "text"), text_of(r, one, "url"),
                                 text_of(r, one, "host"), false, NULL, NULL};
        l.differs = link_label_differs(l.text, l.host);
        if (out->nlinks < PREVIEW_LIST)
            out->links[out->nlinks++] = l;
    }
    json_array_foreach((json_t *)heads, i, one) {
        const char *name = json_string_value(json_array_get(one, 0));
        const char *value = json_string_value(json_array_get(one, 1));
        if (name && value && out->nheaders < PREVIEW_LIST)
            out->headers[out->nheaders++] =
                (struct preview_header){view_safe(r, name), lines_of(r, value)};
    }
    json_array_foreach((json_t *)files, i, one) {
        struct preview_file f = {.name = text_of(r, one, "name"), .type = text_of(r, one, "type"),
                                 .bytes = jsonx_int(one, "bytes", 0)};
        preview_file_name(r, &f);
        if (out->nfiles < PREVIEW_LIST)
            out->files[out->nfiles++] = f;
    }
}

const char *
preview_problem(struct web_req *r, const char *code)
{
    return !strcmp(code, "preview-too-large") ? T("This message is too large to be shown here.")
         : !strcmp(code, "preview-failed")    ? T("This message cannot be shown safely.")
         : T("The content cannot be shown right now. The message is still held. Try again in a minute.");
}

/* Malware is not made to look nice. */
bool
preview_formats(const char *kind)
{
    return strcmp(kind, "malware") != 0;
}

void
preview_load(struct web_req *r, const char *message_id, struct preview *out)
{
    struct err e = {0};
    json_t *params = jsonx_own(r->a, json_object()), *reply;
    *out = (struct preview){0};
    json_object_set_new(params, "org_id", json_string(r->scope.org));
    json_object_set_new(params, "message_id", json_string(message_id));
    json_object_set_new(params, "session", json_string(token_base64url(r->a, web_session_hash(r), 32)));
    if (rpc_call(r->a, RPC_message_preview, params, &reply, &e) < 0) {
        out->problem = preview_problem(r, e.code);
        return;
    }
    preview_read(r, json_object_get(reply, "preview"), out);
}

void
preview_read(struct web_req *r, const json_t *j, struct preview *out)
{
    *out = (struct preview){.found = json_is_object(j)};
    if (!out->found)
        return;
    out->truncated = jsonx_bool(j, "truncated", false);
    out->partial = jsonx_bool(j, "partial", false);
    out->html = jsonx_bool(j, "html", false) && !out->partial;
    read_blocks(r, json_object_get(j, "blocks"), out);
    read_lists(r, j, out);
}
