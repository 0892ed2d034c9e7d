/* Invitations and address cards (RFC 5545, RFC 6350): lines are unfolded, so that addresses are whole. */
#include "bytes.h"
#include "content.h"
#include "looktext.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>
#include <strings.h>

#define FILES 20

static bool
wants(const struct content_file *f)
{
    return strcasecmp(f->type, "text/calendar") == 0 || bytes_ext(f->name, ".ics") ||
           bytes_ext(f->name, ".ical") || bytes_ext(f->name, ".vcf") ||
           (f->n > 15 && (strncasecmp((const char *)f->p, "BEGIN:VCALENDAR", 15) == 0 ||
                          strncasecmp((const char *)f->p, "BEGIN:VCARD", 11) == 0));
}

/* Without folds; "\n", "\," and "\;" as what they stand for. */
static struct buf *
unfolded(struct arena *a, const char *p, size_t n)
{
    struct buf *b = buf_new(a, 0);
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\r')
            continue;
        if (p[i] == '\n' && i + 1 < n && (p[i + 1] == ' ' || p[i + 1] == '\t')) {
            i++;
        } else if (p[i] == '\\' && i + 1 < n) {
            i++;
            buf_char(b, p[i] == 'n' || p[i] == 'N' ? ' ' : p[i]);
        } else if (p[i]) {
            buf_char(b, p[i]);
        }
    }
    return b;
}

static const char *
file_name(struct arena *a, const char *line, size_t n)
{
    const unsigned char *at = bytes_find((const unsigned char *)line, n, "filename=");
    if (!at)
        return "";
    const char *s = (const char *)at + 9;
    size_t left = n - (size_t)(s - line), len = 0;
    while (len < left && !strchr(";:\"", s[len]))
        len++;
    return arena_strndup(a, s, len);
}

/* ATTACH;ENCODING=BASE64;VALUE=BINARY:... */
static void
attached(struct content *c, const struct content_file *f, const char *line, size_t n)
{
    struct arena *a = content_scratch(c);
    const char *colon = memchr(line, ':', n);
    size_t got;
    if (!colon || !bytes_find((const unsigned char *)line, (size_t)(colon - line), "base64"))
        return;
    const unsigned char *p = bytes_base64(a, (const unsigned char *)colon + 1,
                                          n - (size_t)(colon + 1 - line), &got, NULL);
    if (got)
        content_member(c, f, file_name(a, line, (size_t)(colon - line)), p, got);
}

static void
run(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    size_t n;
    int files = 0;
    const char *text = bytes_script_text(a, f->p, f->n, &n);
    struct buf *b = unfolded(a, text, n);
    looktext(c, f, buf_cstr(b), b->len);
    const char *p = buf_cstr(b), *end = p + b->len;
    while (p < end && files < FILES) {
        const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
        if (stop - p > 7 && strncasecmp(p, "ATTACH;", 7) == 0) {
            attached(c, f, p, (size_t)(stop - p));
            files++;
        }
        p = nl ? nl + 1 : end;
    }
}

const struct content_look look_calendar = {
    .name = "calendar", .help = "Invitations and address cards", .wants = wants, .run = run};
