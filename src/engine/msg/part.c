#include "part.h"
#include "words.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#define CHUNK 16384
#define SMALL (64 * 1024)
#define NAME_MAX_BYTES 1000
#define FIELD_MAX 65536

struct reading {
    struct part_bytes *out;
    struct buf *keep;
    EVP_MD_CTX *digest;
    bool padded;        /* base64: padding was seen */
    size_t letters;     /* base64: of its alphabet */
    int expected;       /* quoted-printable: 2, 1: characters to come behind "=" */
    unsigned char last; /* quoted-printable: the character before */
};

static void
take(struct reading *r, const char *p, size_t n)
{
    size_t head = PART_HEAD - r->out->head_len, some = n < head ? n : head;
    EVP_DigestUpdate(r->digest, p, n);
    memcpy(r->out->head + r->out->head_len, p, some);
    r->out->head_len += some;
    r->out->bytes += n;
    if (r->keep)
        buf_add(r->keep, p, n);
}

/* Where decoders of base64 part ways. */
static void
look_at_base64(struct reading *r, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '=')
            r->padded = true;
        else if (isalnum(c) || c == '+' || c == '/') {
            r->out->behind_padding |= r->padded;
            r->letters++;
        } else
            r->out->junk |= !isspace(c);
    }
}

/* "=" must be followed by two digits or by the end of the line, and blanks at its end are no part of it (RFC
 * 2045 6.7), which not everybody knows. */
static void
look_at_quoted(struct reading *r, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i], before = r->last;
        r->last = c;
        if ((before == ' ' || before == '\t') && (c == '\r' || c == '\n'))
            r->out->quoted_odd = true;
        if (before == '\r' && c != '\n')
            r->out->quoted_odd = true;
        if (r->expected == 2 && (c == '\r' || c == '\n'))
            r->expected = 0;
        else if (r->expected && isxdigit(c))
            r->expected--;
        else if (r->expected) {
            r->out->quoted_odd = true;
            r->expected = 0;
        } else if (c == '=')
            r->expected = 2;
    }
}

/* Base64 that ends without its padding: most programs read its last bytes all the same. */
static void
take_rest(struct reading *r, GMimeFilter *filter)
{
    static char padding[] = "==";
    char *out;
    size_t n, room;
    if (r->padded || r->letters % 4 < 2)
        return;
    g_mime_filter_filter(filter, padding, 4 - r->letters % 4, 0, &out, &n, &room);
    take(r, out, n);
}

static void
decode(struct reading *r, GMimeDataWrapper *w)
{
    void (*look)(struct reading *, const char *, size_t) = NULL;
    char chunk[CHUNK];
    ssize_t n;
    GMimeStream *in = g_mime_data_wrapper_get_stream(w), *out = g_mime_stream_filter_new(in);
    GMimeContentEncoding how = g_mime_data_wrapper_get_encoding(w);
    GMimeFilter *filter = g_mime_filter_basic_new(how, FALSE);

    g_mime_stream_reset(in);
    if (how == GMIME_CONTENT_ENCODING_BASE64)
        look = look_at_base64;
    if (how == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
        look = look_at_quoted;
    while (look && (n = g_mime_stream_read(in, chunk, sizeof chunk)) > 0)
        look(r, chunk, (size_t)n);
    g_mime_stream_reset(in);
    g_mime_stream_filter_add(GMIME_STREAM_FILTER(out), filter);
    while ((n = g_mime_stream_read(out, chunk, sizeof chunk)) > 0)
        take(r, chunk, (size_t)n);
    take_rest(r, filter);
    g_object_unref(filter);
    g_object_unref(out);
}

static void
unmap(void *arg)
{
    struct buf *b = arg;
    munmap(b->data, b->cap);
    b->data = NULL; /* nothing for the buffer itself to free */
}

/* Room for all that can come, of which only what is written takes memory: it never moves, and a large attachment is
 * held once. */
static struct buf *
lazy_buf(struct arena *a, GMimeDataWrapper *w, size_t keep)
{
    gint64 encoded = g_mime_stream_length(g_mime_data_wrapper_get_stream(w));
    struct buf *b = buf_new(a, keep);
    size_t most = encoded > 0 && (size_t)encoded < keep ? (size_t)encoded + 1 : keep;
    if (most < SMALL)
        return b;
    b->cap = most + 1;
    b->limit = most;
    b->data = mmap(NULL, b->cap, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (b->data == MAP_FAILED) { /* the usual way, then */
        b->data = NULL;
        b->cap = 0;
        return b;
    }
    arena_defer(a, unmap, b);
    return b;
}

void
part_read(struct arena *a, GMimePart *part, size_t keep, struct part_bytes *out)
{
    unsigned char sum[32];
    GMimeDataWrapper *w = g_mime_part_get_content(part);
    struct reading r = {
        .out = out, .keep = keep && w ? lazy_buf(a, w, keep) : NULL, .digest = EVP_MD_CTX_new()};

    *out = (struct part_bytes){0};
    if (!r.digest || !EVP_DigestInit_ex(r.digest, EVP_sha256(), NULL))
        bug("SHA-256");
    if (w)
        decode(&r, w);
    EVP_DigestFinal_ex(r.digest, sum, NULL);
    EVP_MD_CTX_free(r.digest);
    memcpy(out->sha256, token_hex(a, sum, 32), 65);
    if (keep) {
        out->content = r.keep && r.keep->data ? r.keep->data : arena_strdup(a, "");
        out->content_len = r.keep ? r.keep->len : 0;
    }
}

/* The name in a field: filename of Content-Disposition, name of Content-Type. Encoded words in it
 * were made readable first: the parser would need charsets that the sandbox has not. */
static const char *
name_in(struct arena *a, GMimeObject *o, const char *field)
{
    GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(o), field);
    const char *raw = h ? g_mime_header_get_raw_value(h) : NULL, *name = NULL;
    bool type = strcmp(field, "Content-Type") == 0;
    if (!raw)
        return NULL;
    if (!strstr(raw, "=?"))
        return type ? g_mime_object_get_content_type_parameter(o, "name")
                    : g_mime_object_get_content_disposition_parameter(o, "filename");
    const char *clean = words_utf8(a, arena_strndup(a, raw, FIELD_MAX));
    GMimeContentType *ct = type ? g_mime_content_type_parse(NULL, clean) : NULL;
    GMimeContentDisposition *cd = type ? NULL : g_mime_content_disposition_parse(NULL, clean);
    if (ct && (name = g_mime_content_type_get_parameter(ct, "name")))
        name = arena_strdup(a, name);
    if (cd && (name = g_mime_content_disposition_get_parameter(cd, "filename")))
        name = arena_strdup(a, name);
    if (ct)
        g_object_unref(ct);
    if (cd)
        g_object_unref(cd);
    return name;
}

static const char *
subject_of(struct arena *a, GMimeObject *o)
{
    GMimeMessage *m = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
    GMimeHeader *h =
        m ? g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(m)), "Subject")
          : NULL;
    const char *raw = h ? g_mime_header_get_raw_value(h) : NULL;
    char *text = raw ? words_text(a, arena_strndup(a, raw, FIELD_MAX)) : arena_strdup(a, "");
    return g_strstrip(text);
}

const char *
part_name(struct arena *a, GMimeObject *o)
{
    const char *name = name_in(a, o, "Content-Disposition");
    if (!name || !*name)
        name = name_in(a, o, "Content-Type");
    if ((!name || !*name) && GMIME_IS_MESSAGE_PART(o))
        name = subject_of(a, o);
    return name ? jsonx_utf8(a, name, strnlen(name, NAME_MAX_BYTES)) : "";
}

bool
part_is_shown(GMimeObject *o)
{
    static const char *const subtypes[] = {"plain",    "html",       "enriched",
                                           "richtext", "x-amp-html", "watch-html"};
    GMimeContentType *ct = g_mime_object_get_content_type(o);
    for (size_t i = 0; i < sizeof subtypes / sizeof *subtypes; i++)
        if (GMIME_IS_PART(o) && g_mime_content_type_is_type(ct, "text", subtypes[i]))
            return true;
    return false;
}

bool
part_is_file(GMimeObject *o, const char *name)
{
    const char *how = g_mime_object_get_disposition(o);
    return !part_is_shown(o) || *name || (how && strcasecmp(how, "attachment") == 0);
}
