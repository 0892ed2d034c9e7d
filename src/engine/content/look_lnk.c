/*
 * Windows shortcuts (MS-SHLLINK 2.1 to 2.5) and Internet shortcuts (.url): where they lead and what they start.
 */
#include "bytes.h"
#include "content.h"
#include "looktext.h"
#include "program_risk.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"

#include <string.h>
#include <strings.h>

#define SHOWN 300

enum {
    HAS_IDS = 1,
    HAS_INFO = 2,
    HAS_NAME = 4,
    HAS_RELATIVE = 8,
    HAS_DIR = 16,
    HAS_ARGS = 32,
    HAS_ICON = 64,
    UNICODE = 128
};

static const char *const texts[] = {
    ".url",   ".website", ".library-ms", ".search-ms", ".searchconnector-ms", ".settingcontent-ms",
    ".theme", ".scf",     ".desktop",    NULL};

static bool
binary(const struct content_file *f)
{
    return f->n >= 76 && memcmp(f->p, "\x4c\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 20) == 0;
}

static bool
wants(const struct content_file *f)
{
    return binary(f) || bytes_ext_in(f->name, texts) || bytes_ext(f->name, ".lnk") ||
           (f->n > 20 && bytes_find(f->p, f->n > 100 ? 100 : f->n, "[internetshortcut]"));
}

/* ------------------------------------------------------------------ .lnk */

struct link {
    struct arena *a;
    const unsigned char *p;
    size_t n, at;
    unsigned flags;
    const char *target, *arguments, *relative;
};

/* One counted string. */
static const char *
counted(struct link *l)
{
    if (l->n - l->at < 2)
        return "";
    size_t len = bytes_le16(l->p + l->at);
    l->at += 2;
    if (l->flags & UNICODE)
        len *= 2;
    if (len > l->n - l->at)
        len = l->n - l->at;
    const unsigned char *s = l->p + l->at;
    l->at += len;
    return l->flags & UNICODE ? bytes_utf16(l->a, s, len, false)
                              : jsonx_utf8(l->a, (const char *)s, strnlen((const char *)s, len));
}

/* LinkInfo: the local path, or a share. */
static void
link_info(struct link *l)
{
    if (l->n - l->at < 28)
        return;
    const unsigned char *p = l->p + l->at;
    size_t size = bytes_le32(p), local = bytes_le32(p + 16), net = bytes_le32(p + 20);
    if (size < 28 || size > l->n - l->at)
        size = l->n - l->at;
    if ((bytes_le32(p + 8) & 1) && local < size)
        l->target = jsonx_utf8(l->a, (const char *)p + local,
                               strnlen((const char *)p + local, size - local));
    else if (net + 24 < size) {
        size_t name = net + bytes_le32(p + net + 8);
        if (name < size)
            l->target = jsonx_utf8(l->a, (const char *)p + name,
                                   strnlen((const char *)p + name, size - name));
    }
    l->at += size;
}

/* Extra data: a target with variables of the environment ("%windir%\system32\cmd.exe"). */
static void
extra(struct link *l)
{
    while (l->n - l->at >= 8) {
        size_t size = bytes_le32(l->p + l->at);
        if (size < 8 || size > l->n - l->at)
            return;
        if (bytes_le32(l->p + l->at + 4) == 0xa0000001u && size >= 788 && !*l->target)
            l->target = bytes_utf16(l->a, l->p + l->at + 268, 520, false);
        l->at += size;
    }
}

static void
read_link(struct link *l)
{
    l->flags = bytes_le32(l->p + 20);
    l->at = 76;
    if (l->flags & HAS_IDS && l->n - l->at >= 2)
        l->at += 2 + bytes_le16(l->p + l->at);
    l->at = l->at > l->n ? l->n : l->at;
    if (l->flags & HAS_INFO)
        link_info(l);
    if (l->flags & HAS_NAME)
        counted(l);
    if (l->flags & HAS_RELATIVE)
        l->relative = counted(l);
    if (l->flags & HAS_DIR)
        counted(l);
    if (l->flags & HAS_ARGS)
        l->arguments = counted(l);
    if (l->flags & HAS_ICON)
        counted(l);
    extra(l);
    if (!*l->target)
        l->target = l->relative;
}

/* Commands hide behind hundreds of blanks. */
static const char *
squeezed(struct arena *a, const char *one, const char *two)
{
    struct buf *b = buf_new(a, SHOWN);
    const char *both = arena_printf(a, "%s %s", one, two);
    for (; *both; both++)
        if ((unsigned char)*both > ' ' || (b->len && b->data[b->len - 1] != ' '))
            buf_char(b, (unsigned char)*both > ' ' ? *both : ' ');
    return buf_cstr(b);
}

static void
run_binary(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    struct link l = {.a = a, .p = f->p, .n = f->n, .target = "", .arguments = "", .relative = ""};
    struct risk r = {0};
    read_link(&l);
    const char *shown = squeezed(a, l.target, l.arguments);
    const char *all = arena_printf(a, "%s %s", l.target, l.arguments);
    risk_read(&r, all, strlen(all));
    bool remote = strncmp(l.target, "\\\\", 2) == 0 || strstr(l.target, "//");
    if (r.count[RISK_RUN] || r.count[RISK_FETCH] || r.count[RISK_HIDE])
        content_finding(c, f, "shortcut-command", "malware", 6.0, shown);
    else if (remote)
        content_finding(c, f, "shortcut-remote", "malware", 6.0, shown);
    else
        content_finding(c, f, "shortcut", "", 4.0, shown);
    looktext(c, f, all, strlen(all));
    /* What is behind the structure belongs to no shortcut: a payload that the command cuts out. */
    if (f->n > l.at + 4 && f->n - l.at > 512)
        content_member(c, f, "", f->p + l.at, f->n - l.at);
}

/* ------------------------------------------------------------------ text */

static void
run_text(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    size_t n;
    const char *text = bytes_script_text(a, f->p, f->n > 65536 ? 65536 : f->n, &n);
    const unsigned char *t = (const unsigned char *)text;
    const unsigned char *url = bytes_find(t, n, "url=");
    const char *where = url                         ? (const char *)url + 4
                        : bytes_find(t, n, "<url>") ? (const char *)bytes_find(t, n, "<url>") + 5
                                                    : "";
    where = arena_strndup(a, where, strcspn(where, "\r\n<"));
    bool file = strncasecmp(where, "file:", 5) == 0 || strncmp(where, "\\\\", 2) == 0;
    if (file || bytes_find(t, n, "\\\\") || bytes_find(t, n, "@ssl"))
        content_finding(c, f, "shortcut-remote", "malware", 6.0, *where ? where : f->name);
    else
        content_finding(c, f, "shortcut", "", 2.5, *where ? where : f->name);
    looktext(c, f, text, n);
}

static void
run(struct content *c, const struct content_file *f)
{
    if (binary(f))
        run_binary(c, f);
    else
        run_text(c, f);
}

const struct content_look look_lnk = {
    .name = "lnk", .help = "Shortcuts and what they start", .wants = wants, .run = run};
