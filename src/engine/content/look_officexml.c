/*
 * Office's XML: the parts of a package (which the archive look hands on one by one), and the flat forms of 2003.
 * A tokenizer of our own: no DTD is read, no entity but the five and numbers is resolved, nothing is fetched,
 * so that there is nothing to expand and nowhere to go (T-A4).
 */
#include "bytes.h"
#include "content.h"
#include "looktext.h"
#include "officexml.h"
#include "ole.h"
#include "program_risk.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PIECE (8 * 1024 * 1024) /* that is in memory twice */
#define FIELD 16384             /* Excel takes formulas of 8,192 characters */
#define OBJECTS 100

static bool
wants(const struct content_file *f)
{
    size_t n = f->n > 300 ? 300 : f->n;
    bool part = f->inside && (bytes_ext(f->name, ".rels") || bytes_ext(f->name, ".xml"));
    return part || (bytes_find(f->p, n, "<?xml") && !bytes_find(f->p, n, "<svg") &&
                    !bytes_find(f->p, n, "<html"));
}

struct reading {
    struct content *c;
    const struct content_file *f;
    struct arena *a;
    struct buf *text, *field, *formula, *binary;
    bool in_field, in_formula, in_binary, in_module, macro_sheet, odf;
    int objects, commands;
    struct risk risk;
    int modules;
};

/* ------------------------------------------------------------------ what it says */

static bool
ends(const char *s, const char *tail)
{
    size_t n = strlen(s), k = strlen(tail);
    return n >= k && strcasecmp(s + n - k, tail) == 0;
}

static bool
fetched(const char *target)
{
    return strncasecmp(target, "http:", 5) == 0 || strncasecmp(target, "https:", 6) == 0 ||
           strncasecmp(target, "ftp:", 4) == 0 || strncasecmp(target, "mhtml:", 6) == 0 ||
           strncasecmp(target, "ms-", 3) == 0 || strncmp(target, "\\\\", 2) == 0;
}

/* <Relationship Type="..." Target="..." TargetMode="External"/> */
static void
relationship(struct reading *r, const struct officexml_tag *t)
{
    if (strcasecmp(officexml_value(r->a, t, "TargetMode"), "external") != 0)
        return;
    const char *type = officexml_value(r->a, t, "Type"), *to = officexml_value(r->a, t, "Target");
    bool template = ends(type, "/attachedTemplate"), object = ends(type, "/oleObject");
    content_url(r->c, r->f, to);
    if (strncasecmp(to, "mhtml:", 6) == 0 || strcasestr(to, "x-usc:") ||
        strncasecmp(to, "ms-msdt:", 8) == 0)
        content_finding(r->c, r->f, "remote-object", "malware", 6.0, to);
    else if ((template || object || ends(type, "/frame") || ends(type, "/subDocument") ||
              ends(type, "/aFChunk")) &&
             fetched(to))
        content_finding(r->c, r->f, template ? "remote-template" : "remote-object", "", 5.0, to);
    else if (object)
        content_finding(r->c, r->f, "remote-object", "", 1.0, to);
}

/* Field codes come in pieces: DD, EAUTO, ... */
static void
end_field(struct reading *r)
{
    const char *code = buf_cstr(r->field);
    code += strspn(code, " \"");
    if (strncasecmp(code, "dde", 3) == 0 && r->commands++ < OLE_COMMANDS)
        ole_dde(r->c, r->f, code + strcspn(code, " "));
    else if (*code)
        looktext(r->c, r->f, code, strlen(code));
    buf_clear(r->field);
}

static void
dde_link(struct reading *r, const struct officexml_tag *t)
{
    const char *service = officexml_value(r->a, t, "ddeService"),
               *topic = officexml_value(r->a, t, "ddeTopic");
    if (!*service)
        service = officexml_value(r->a, t, "dde-application");
    if (!*topic)
        topic = officexml_value(r->a, t, "dde-topic");
    if ((*service || *topic) && r->commands++ < OLE_COMMANDS)
        ole_dde(r->c, r->f, arena_printf(r->a, "%s %s", service, topic));
}

/* A formula of a macro sheet, or =cmd|'/c calc'!A1 */
static void
end_formula(struct reading *r)
{
    static const char *const functions[] = {"EXEC(",  "CALL(",   "REGISTER(",
                                            "FOPEN(", "FWRITE(", "RUN("};
    const char *s = buf_cstr(r->formula);
    const char *bar = strchr(s, '|');
    if (bar && strchr(bar, '!') && r->commands++ < OLE_COMMANDS)
        ole_dde(r->c, r->f, s);
    for (size_t i = 0; r->macro_sheet && i < sizeof functions / sizeof *functions; i++) {
        if (strcasestr(s, functions[i])) {
            content_finding(r->c, r->f, "excel4-macro", "malware", 6.0, s);
            r->macro_sheet = false; /* one is enough */
        }
    }
    buf_clear(r->formula);
}

static void
end_binary(struct reading *r)
{
    size_t n;
    const unsigned char *p =
        bytes_base64(r->a, (const unsigned char *)buf_cstr(r->binary), r->binary->len, &n, NULL);
    if (n > 8 && r->objects++ < OBJECTS)
        content_member(r->c, r->f, "", p, n);
    else if (n > 8)
        content_finding(r->c, r->f, "too-many-objects", "unscannable", 0, r->f->name);
    buf_clear(r->binary);
}

/* A module of LibreOffice's Basic, or of any other language that the XML carries. */
static void
end_module(struct reading *r)
{
    risk_read(&r->risk, buf_cstr(r->field), r->field->len);
    looktext(r->c, r->f, buf_cstr(r->field), r->field->len);
    r->modules += r->field->len > 100;
    buf_clear(r->field);
}

/* ------------------------------------------------------------------ tags */

static bool
is(const struct officexml_tag *t, const char *name)
{
    return strlen(name) == t->n && strncasecmp(t->name, name, t->n) == 0;
}

static void
opening(struct reading *r, const struct officexml_tag *t)
{
    if (is(t, "relationship")) {
        relationship(r, t);
    } else if (is(t, "instrtext") || is(t, "instr")) {
        r->in_field = true;
    } else if (is(t, "fldsimple")) {
        buf_str(r->field, officexml_value(r->a, t, "instr"));
        end_field(r);
    } else if (is(t, "fldchar")) {
        if (strcasecmp(officexml_value(r->a, t, "fldCharType"), "end") == 0 ||
            strcasecmp(officexml_value(r->a, t, "fldCharType"), "separate") == 0)
            end_field(r);
    } else if (is(t, "ddelink") || is(t, "dde-source")) {
        dde_link(r, t);
    } else if (is(t, "macrosheet")) {
        r->macro_sheet = true;
        content_finding(r->c, r->f, "excel4-macro", "", 3.5, r->f->name);
    } else if (is(t, "f") || is(t, "definedname")) {
        r->in_formula = true;
        if (is(t, "definedname") && strcasestr(officexml_value(r->a, t, "name"), "auto_open"))
            content_finding(r->c, r->f, "excel4-auto", "", 2.0, "Auto_Open");
    } else if (is(t, "bindata") || is(t, "binarydata") || is(t, "binary-data")) {
        r->in_binary = true;
    } else if (is(t, "module")) {
        r->in_module = true;
    } else if (is(t, "encryption-data") && r->objects++ == 0) {
        content_locked(r->c, r->f->inside ? r->f->inside : r->f, r->f->name);
    } else if (is(t, "event-listener") || is(t, "a") || is(t, "hyperlink") || is(t, "hlink")) {
        content_url(r->c, r->f, officexml_value(r->a, t, "href"));
    }
    const char *formula = officexml_value(r->a, t, "formula"); /* Excel 2003, OpenDocument */
    if (*formula) {
        buf_str(r->formula, formula);
        end_formula(r);
    }
}

static void
closing(struct reading *r, const struct officexml_tag *t)
{
    if (is(t, "instrtext") || is(t, "instr")) {
        r->in_field = false;
    } else if (is(t, "f") || is(t, "definedname")) {
        r->in_formula = false;
        end_formula(r);
    } else if (is(t, "bindata") || is(t, "binarydata") || is(t, "binary-data")) {
        r->in_binary = false;
        end_binary(r);
    } else if (is(t, "module")) {
        r->in_module = false;
        end_module(r);
    } else if (is(t, "p") || is(t, "si") || is(t, "h") || is(t, "c") || is(t, "tc")) {
        buf_char(r->text, '\n');
    }
}

static void
on_tag(void *ctx, const struct officexml_tag *t)
{
    struct reading *r = ctx;
    if (t->closing)
        closing(r, t);
    else
        opening(r, t);
}

static void
on_text(void *ctx, const char *p, size_t n)
{
    struct reading *r = ctx;
    if (r->in_binary)
        buf_add(r->binary, p, n);
    else if (r->in_field || r->in_module)
        buf_add(r->field, p, n > FIELD && !r->in_module ? FIELD : n);
    else if (r->in_formula)
        buf_add(r->formula, p, n > FIELD ? FIELD : n);
    else
        buf_add(r->text, p, n);
}

static void
judge_modules(struct reading *r)
{
    bool acts = r->risk.count[RISK_RUN] || r->risk.count[RISK_FETCH];
    if (r->modules)
        content_finding(r->c, r->f, "office-macro", "", acts ? 4.0 : 1.5,
                        risk_words(r->a, &r->risk));
}

/* Up to the beginning of a tag. Returns how far it read. */
static size_t
piece(struct reading *r, const unsigned char *p, size_t left)
{
    struct arena *a = arena_new();
    size_t len = left > PIECE ? PIECE : left, n;
    const unsigned char *tag = len < left ? memrchr(p, '<', len) : NULL;
    if (tag && tag > p)
        len = (size_t)(tag - p);
    const char *text = bytes_script_text(a, p, len, &n);
    if (bytes_find((const unsigned char *)text, n, "<!entity"))
        content_finding(r->c, r->f, "xml-entities", "", 4.0, r->f->name);
    officexml_walk(a, text, n, on_tag, on_text, r);
    arena_free(&a);
    return len;
}

static void
run(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    struct reading r = {.c = c, .f = f, .a = a};
    r.text = buf_new(a, LOOKTEXT_BYTES);
    r.field = buf_new(a, 1024 * 1024);
    r.formula = buf_new(a, 65536);
    r.binary = buf_new(a, 0);
    for (size_t at = 0; at < f->n && content_time(c, f);)
        at += piece(&r, f->p + at, f->n - at);
    end_field(&r);
    judge_modules(&r);
    looktext(c, f, buf_cstr(r.text), r.text->len);
}

const struct content_look look_officexml = {.name = "officexml",
                                            .help = "Office's XML: fields, links, formulas, text",
                                            .wants = wants,
                                            .run = run};
