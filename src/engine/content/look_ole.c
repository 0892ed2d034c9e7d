/*
 * Compound files: macros (VBA and Excel 4), links and commands in fields (DDE), embedded objects, Outlook messages,
 * installers. Streams are found by their names, wherever they are in the tree.
 */
#include "bytes.h"
#include "cfb.h"
#include "content.h"
#include "looktext.h"
#include "ole.h"
#include "program_risk.h"
#include "vba.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"

#include <string.h>
#include <strings.h>

#define STREAM (32 * 1024 * 1024)
#define STRINGS (256 * 1024)
#define MODULES 500

static bool
wants(const struct content_file *f)
{
    return f->n >= 512 && memcmp(f->p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0;
}

/* ------------------------------------------------------------------ macros */

static void
read_modules(struct ole *o, const unsigned char *p, size_t n)
{
    size_t len, after;
    for (;;) {
        if (o->modules >= MODULES) {
            content_finding(o->c, o->f, "too-many-streams", "unscannable", 0, o->f->name);
            return;
        }
        struct arena *a = arena_new();
        const char *source = vba_source(a, p, n, &len, &after);
        if (source) {
            struct risk r = {0};
            risk_read(&r, source, len);
            risk_add(&o->risk, &r);
            looktext(o->c, o->f, source, len);
            if (len >= VBA_SOURCE)
                content_finding(o->c, o->f, "stream-too-big", "unscannable", 0, o->f->name);
            o->modules++;
            o->code |= bytes_find((const unsigned char *)source, len, "\nsub ") ||
                       bytes_find((const unsigned char *)source, len, " sub ") ||
                       bytes_find((const unsigned char *)source, len, "function ");
        }
        arena_free(&a);
        if (!source || after >= n)
            return;
        p += after;
        n -= after;
    }
}

static void
judge_macros(struct ole *o)
{
    const struct risk *r = &o->risk;
    const char *words = risk_words(o->a, r);
    bool acts = r->count[RISK_RUN] || r->count[RISK_FETCH];
    bool project = cfb_find(&o->cfb, -1, "_VBA_PROJECT") >= 0;
    if (r->count[RISK_AUTO] && (risk_drops(r) || (acts && r->count[RISK_HIDE])))
        content_finding(o->c, o->f, "office-macro", "malware", 6.0, words);
    else if (r->count[RISK_AUTO] && acts)
        content_finding(o->c, o->f, "office-macro", "", 5.0, words);
    else if (risk_drops(r))
        content_finding(o->c, o->f, "office-macro", "", 4.0, words);
    else if (o->code)
        content_finding(o->c, o->f, "office-macro", "", r->count[RISK_AUTO] || acts ? 2.5 : 1.5,
                        words);
    else if (project && o->modules == 0) /* what runs is there, its text was taken out */
        content_finding(o->c, o->f, "office-macro-stomped", "", 4.0, o->f->name);
}

/* ------------------------------------------------------------------ objects */

/* A moniker's address: a document that is fetched when this one is opened. */
static void
ole_link(struct ole *o, const unsigned char *p, size_t n)
{
    struct buf *b = bytes_wide_text(o->a, p, n, 4096);
    const unsigned char *t = (const unsigned char *)buf_cstr(b),
                        *at = bytes_find(t, b->len, "http");
    if (!at)
        at = bytes_find(t, b->len, "\\\\");
    if (at) {
        const char *url = arena_strndup(o->a, (const char *)at, strcspn((const char *)at, "\n \""));
        content_url(o->c, o->f, url);
        content_finding(o->c, o->f, "ole-link", "", 5.0, url);
    }
}

static void
equation(struct ole *o)
{
    content_finding(o->c, o->f, "equation-object", "", 3.0, "Equation Editor 3.0");
}

static void
by_class(struct ole *o, int i)
{
    static const unsigned char tail[8] = {0xc0, 0, 0, 0, 0, 0, 0, 0x46};
    const unsigned char *id = o->cfb.entries[i].clsid;
    if (memcmp(id + 8, tail, 8) != 0)
        return;
    uint32_t first = bytes_le32(id);
    if (first == 0x0002ce02 || first == 0x0002ce03)
        equation(o);
    else if (i == 0 && (first == 0x000c1084 || first == 0x000c1086 || first == 0x000c1082))
        content_finding(o->c, o->f, "risky-file", "", 4.0,
                        *o->f->name ? o->f->name : "Windows Installer");
}

/* ------------------------------------------------------------------ streams */

static bool
text_stream(const char *name)
{
    static const char *const list[] = {
        "WordDocument", "1Table", "0Table", "Workbook", "Book", "PowerPoint Document", "Contents"};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strcasecmp(name, list[i]) == 0)
            return true;
    return false;
}

static void
strings(struct ole *o, const unsigned char *p, size_t n)
{
    struct buf *wide = bytes_wide_text(o->a, p, n, STRINGS);
    struct buf *narrow = bytes_narrow_text(o->a, p, n, STRINGS);
    looktext(o->c, o->f, buf_cstr(wide), wide->len);
    looktext(o->c, o->f, buf_cstr(narrow), narrow->len);
}

static void
stream(struct ole *o, int i)
{
    const char *name = o->cfb.entries[i].name;
    size_t n;
    const unsigned char *p = cfb_read(&o->cfb, i, STREAM, &n);
    if (o->cfb.entries[i].size > STREAM)
        content_finding(o->c, o->f, "stream-too-big", "unscannable", 0, name);
    if (!p)
        return;
    read_modules(o, p, n);
    if (o->workbook && (strcasecmp(name, "Workbook") == 0 || strcasecmp(name, "Book") == 0)) {
        p = o->workbook;
        n = o->workbook_len;
    }
    if (text_stream(name)) {
        strings(o, p, n);
        ole_fields(o, p, n);
    }
    if (strcasecmp(name, "\1Ole10Native") == 0)
        ole_native(o->c, o->f, p + 4, n < 4 ? 0 : n - 4);
    else if (strcasecmp(name, "Package") == 0 || strcasecmp(name, "CONTENTS") == 0 ||
             strcasecmp(name, "VisioDocument") == 0)
        content_member(o->c, o->f, strcasecmp(name, "Package") == 0 ? "Package" : "", p, n);
    else if (strcasecmp(name, "\1Ole") == 0)
        ole_link(o, p, n);
    else if (strcasecmp(name, "Equation Native") == 0)
        equation(o);
    else if (strcasecmp(name, "Workbook") == 0 || strcasecmp(name, "Book") == 0)
        ole_workbook(o, p, n);
    else if (strcasecmp(name, "PowerPoint Document") == 0)
        ole_slides(o, p, n);
}

static void
run(struct content *c, const struct content_file *f)
{
    struct ole o = {.c = c, .f = f, .a = content_scratch(c)};
    if (!cfb_open(o.a, f->p, f->n, &o.cfb)) {
        read_modules(&o, f->p, f->n);
        judge_macros(&o);
        return;
    }
    if (ole_encrypted(&o))
        return;
    for (int i = 0; i < o.cfb.nentries && content_time(c, f); i++) {
        by_class(&o, i);
        if (o.cfb.entries[i].type == CFB_STREAM)
            stream(&o, i);
    }
    ole_outlook(&o);
    if (o.cfb.cut)
        content_finding(c, f, "too-many-streams", "unscannable", 0, f->name);
    ole_judge_workbook(&o);
    judge_macros(&o);
}

const struct content_look look_ole = {.name = "ole",
                                      .help = "Office's old formats: macros, objects, links",
                                      .wants = wants,
                                      .run = run};
