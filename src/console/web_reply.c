/*
 * Replies and the head that all of them get. Kore's http_response_header() is not
 * used: it takes CR and LF (K5). Here each value goes through put(), which refuses them.
 */
#include "web_reply.h"
#include "web_core.h"

#include "../common/jsonx.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

/* No nonce is needed: nothing is inline, and scripts may only come from our own origin. */
#define POLICY(frames)                                                                          \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'none'; " \
    "connect-src 'self'; frame-src " frames "; object-src 'none'; form-action 'self'; "          \
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "             \
    "trusted-types frag"
static const char policy[] = POLICY("'none'");
/* The page around a formatted preview. */
static const char policy_frames[] = POLICY("'self'");
/* That preview itself: whatever its HTML were, it has no script, no origin of its own, no network and nowhere to go, also
 * when somebody opens its address alone (T-W2). */
static const char policy_frame[] =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox";
/* Bytes that are not ours: they must not run, whatever a browser makes of them. */
static const char policy_sandbox[] = "default-src 'none'; frame-ancestors 'none'; sandbox";

static const char *
status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {{200, "OK"},
                 {303, "See Other"},
                 {304, "Not Modified"},
                 {308, "Permanent Redirect"},
                 {400, "Bad Request"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {408, "Request Timeout"},
                 {409, "Conflict"},
                 {410, "Gone"},
                 {411, "Length Required"},
                 {413, "Content Too Large"},
                 {414, "URI Too Long"},
                 {415, "Unsupported Media Type"},
                 {421, "Misdirected Request"},
                 {422, "Unprocessable Content"},
                 {429, "Too Many Requests"},
                 {431, "Request Header Fields Too Large"},
                 {500, "Internal Server Error"},
                 {503, "Service Unavailable"},
                 {505, "HTTP Version Not Supported"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].status == status)
            return texts[i].text;
    return "Status";
}

static void
put(struct buf *b, const char *name, const char *value)
{
    for (const unsigned char *p = (const unsigned char *)value; *p; p++)
        if (*p < 0x20 || *p > 0x7e)
            bug("header %s: value with byte %02x", name, *p);
    buf_str(b, name);
    buf_add(b, ": ", 2);
    buf_str(b, value);
    buf_add(b, "\r\n", 2);
}

static void
put_date(struct buf *b)
{
    static char text[48];
    static time_t made;
    time_t now = time(NULL);
    struct tm tm;
    if (now != made && gmtime_r(&now, &tm)) {
        /* strftime would speak the language of the process, which is C. */
        strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        made = now;
    }
    put(b, "date", text);
}

static void
put_security(struct buf *b, const struct web_reply *p)
{
    put(b, "content-security-policy", p->sandbox ? policy_sandbox
                                      : p->frame ? policy_frame
                                      : p->frames ? policy_frames : policy);
    put(b, "cross-origin-opener-policy", "same-origin");
    put(b, "cross-origin-resource-policy", "same-origin");
    put(b, "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), microphone=(), payment=(), usb=()");
    put(b, "referrer-policy", "no-referrer");
    put(b, "x-content-type-options", "nosniff");
    put(b, "x-frame-options", p->frame ? "SAMEORIGIN" : "DENY");
    if (web_site.secure)
        put(b, "strict-transport-security", "max-age=31536000; includeSubDomains");
}

void
web_reply_head(struct web_req *r, struct buf *out)
{
    struct web_reply *p = r->reply;
    BUG_IF(!p->status);
    buf_printf(out, "HTTP/1.1 %d %s\r\n", p->status, status_text(p->status));
    put_date(out);
    put_security(out, p);
    put(out, "cache-control", p->immutable ? "public, max-age=31536000, immutable" : "no-store");
    if (p->immutable)
        put(out, "vary", "accept-encoding");
    if (p->clear_site_data)
        put(out, "clear-site-data", "\"cache\", \"storage\"");
    if (p->type)
        put(out, "content-type", p->type);
    if (p->gzip)
        put(out, "content-encoding", "gzip");
    if (p->location)
        put(out, "location", p->location);
    if (p->allow)
        put(out, "allow", p->allow);
    if (p->etag)
        put(out, "etag", p->etag);
    if (p->disposition)
        put(out, "content-disposition", p->disposition);
    if (p->retry_after)
        buf_printf(out, "retry-after: %d\r\n", p->retry_after);
    if (p->refresh)
        buf_printf(out, "refresh: %d\r\n", p->refresh);
    if (p->cookies)
        buf_add(out, p->cookies->data, p->cookies->len);
    if (p->status != 304)
        buf_printf(out, "content-length: %zu\r\n", p->n);
    put(out, "connection", p->close ? "close" : "keep-alive");
    buf_add(out, "\r\n", 2);
}

void
web_set_cookie(struct web_req *r, const char *name, const char *value, int seconds, bool lax)
{
    struct web_reply *p = r->reply;
    if (!p->cookies)
        p->cookies = buf_new(r->a, 0);
    put(p->cookies, "set-cookie",
        arena_printf(r->a, "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=%s%s", name, value,
                     seconds, lax ? "Lax" : "Strict", web_site.secure ? "; Secure" : ""));
}

bool
web_own_path(const char *path)
{
    if (!path || *path != '/' || path[1] == '/' || strlen(path) > REPLY_PATH_MAX)
        return false;
    for (const unsigned char *p = (const unsigned char *)path; *p; p++)
        if (*p <= 0x20 || *p > 0x7e || *p == '\\')
            return false;
    return true;
}

int
reply_page(struct web_req *r, int status)
{
    struct web_reply *p = r->reply;
    p->status = status;
    p->type = "text/html; charset=utf-8";
    p->body = buf_cstr(r->out);
    p->n = r->out->len;
    return 0;
}

void
reply_frames(struct web_req *r)
{
    r->reply->frames = true;
}

int
reply_frame(struct web_req *r, const char *html, size_t n)
{
    struct web_reply *p = r->reply;
    p->status = 200;
    p->type = "text/html; charset=utf-8";
    p->frame = true;
    p->body = html;
    p->n = n;
    return 0;
}

void
reply_reload(struct web_req *r, int seconds)
{
    r->reply->refresh = seconds;
}

/* A path that carries another one, encoded, may come out longer than can be asked for: it goes without. */
int
reply_redirect(struct web_req *r, const char *path)
{
    if (path && strlen(path) > REPLY_PATH_MAX)
        path = arena_strndup(r->a, path, strcspn(path, "?"));
    if (!web_own_path(path))
        bug("redirect to \"%s\"", path ? path : "(null)");
    r->reply->status = 303;
    r->reply->location = path;
    r->reply->n = 0;
    return 0;
}

const char *
reply_back(struct web_req *r, const char *path, const char *otherwise)
{
    (void)r;
    return web_own_path(path) ? path : otherwise;
}

const char *
reply_back_field(struct web_req *r, const char *field, const char *otherwise)
{
    return in_error_of(r, field) ? otherwise : reply_back(r, in_text(r, field), otherwise);
}

int
reply_flash(struct web_req *r, const char *path, const struct flash *f, ...)
{
    json_t *j = jsonx_own(r->a, json_object()), *values = json_object();
    json_object_set_new(j, "kind", json_string(f->kind));
    json_object_set_new(j, "msgid", json_string(f->msgid));
    if (f->many)
        json_object_set_new(j, "many", json_string(f->many));
    json_object_set_new(j, "n", json_integer(f->n));
    if (f->undo_path) {
        json_object_set_new(j, "undo_path", json_string(f->undo_path));
        json_object_set_new(j, "undo_ids", json_string(f->undo_ids));
    }
    va_list ap;
    va_start(ap, f);
    for (const char *name; (name = va_arg(ap, const char *));) {
        const char *text = va_arg(ap, const char *);
        json_object_set(values, name, jsonx_text(r->a, text ? text : "", text ? strlen(text) : 0));
    }
    va_end(ap);
    json_object_set_new(j, "values", values);
    size_t n;
    r->state->flash_out = jsonx_dump(r->a, j, &n);
    return reply_redirect(r, path);
}

/* RFC 6266 with RFC 8187: an ASCII name for old programs, the real one percent-encoded. */
static const char *
disposition(struct web_req *r, const char *name)
{
    struct buf *b = buf_new(r->a, 0), *ascii = buf_new(r->a, 120), *full = buf_new(r->a, 600);
    for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
        bool plain = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
                     (*p >= 'A' && *p <= 'Z') || strchr(".-_", *p);
        if (plain || *p == ' ')
            buf_char(ascii, (char)*p);
        else if (*p < 0x80 || *p >= 0xc0) /* one _ per character */
            buf_char(ascii, '_');
        if (full->len + 3 > 600)
            continue;
        if (plain)
            buf_char(full, (char)*p);
        else
            buf_printf(full, "%%%02X", *p);
    }
    buf_printf(b, "attachment; filename=\"%s\"; filename*=UTF-8''%s",
               ascii->len ? ascii->data : "file", full->len ? full->data : "file");
    return b->data;
}

int
reply_download(struct web_req *r, const char *name, const char *type, const void *p, size_t n)
{
    struct web_reply *reply = r->reply;
    reply->status = 200;
    reply->type = type;
    reply->disposition = disposition(r, name);
    reply->sandbox = true;
    reply->body = p;
    reply->n = n;
    return 0;
}

int
reply_wait(struct web_req *r, int seconds)
{
    r->reply->retry_after = seconds > 0 ? seconds : 1;
    return web_error_page(r, 429);
}

int
reply_error(struct web_req *r, int status)
{
    return web_error_page(r, status);
}
