#include "letter.h"

#include <string.h>
#include <time.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/encoded_word.h"
#include "../../common/err.h"
#include "../../common/i18n.h"
#include "../../common/token.h"
#include "letter_body.h"
#include "letter_mime.h"

#define FIELDS_MAX 16

struct field {
    const char *name, *value;
    bool structured;
};
struct letter {
    struct arena *a;
    struct letter_head head;
    const char *subject;
    struct field fields[FIELDS_MAX];
    int nfields;
    struct letter_body body;
    bool text_only;
    const char *fault; /* why it cannot be sent; the first counts */
};

struct letter *
letter_new(struct arena *a, const struct letter_head *head)
{
    struct letter *l = arena_calloc(a, 1, sizeof *l);

    l->a = a;
    l->head = *head;
    letter_body_begin(&l->body, a, head->base, head->plain);
    return l;
}

void
letter_text_only(struct letter *l)
{
    l->text_only = true;
}

const char *
letter_domain(const struct letter *l)
{
    const char *at = strrchr(l->head.from, '@');

    return at ? at + 1 : l->head.host;
}

void
letter_subject(struct letter *l, const char *text)
{
    l->subject = text;
}

void
letter_field(struct letter *l, const char *name, const char *value, bool structured)
{
    BUG_IF(l->nfields == FIELDS_MAX);
    l->fields[l->nfields++] = (struct field){name, value, structured};
}

void
letter_title(struct letter *l, const char *text)
{
    letter_body_title(&l->body, text);
}

void
letter_text(struct letter *l, const char *text)
{
    letter_body_text(&l->body, text, false);
}

void
letter_small(struct letter *l, const char *text)
{
    letter_body_text(&l->body, text, true);
}

void
letter_facts_end(struct letter *l)
{
    letter_body_facts_end(&l->body);
}

/* "//host" and "/\host" are other hosts to some programs. */
static bool
path_ok(struct letter *l, const char *path)
{
    bool ok = path[0] == '/' && path[1] != '/' && path[1] != '\\';

    for (const char *p = path; ok && *p; p++)
        ok = (unsigned char)*p > ' ' && (unsigned char)*p < 127;
    if (!ok)
        l->fault = "mail-link";
    return ok;
}

void
letter_button(struct letter *l, const char *label, const char *path)
{
    if (path_ok(l, path))
        letter_body_button(&l->body, label, path);
}

void
letter_fact(struct letter *l, const char *label, const char *value)
{
    letter_body_fact(&l->body, label, value);
}

void
letter_item(struct letter *l, const struct letter_item *item)
{
    for (int i = 0; i < item->nlinks; i++)
        if (!path_ok(l, item->links[i].path))
            return;
    letter_body_item(&l->body, item);
}

void
letter_foot_link(struct letter *l, const char *label, const char *path)
{
    if (path_ok(l, path))
        letter_body_foot_link(&l->body, label, path);
}

/* ------------------------------------------------------------------ header */

static bool
value_ok(const char *value, bool ascii)
{
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127 || (ascii && (unsigned char)*p > 126))
            return false;
    return true;
}

static int
check(struct letter *l, struct err *e)
{
    const struct letter_head *h = &l->head;
    bool ok = l->subject && *l->subject && value_ok(l->subject, false) &&
              value_ok(h->from_name, false) && value_ok(h->from, true) && value_ok(h->to, true) &&
              value_ok(h->id, true) && value_ok(h->host, true) && !strpbrk(h->to, "<> ") &&
              !strpbrk(h->from, "<> ");

    for (int i = 0; i < l->nfields; i++)
        ok = ok && value_ok(l->fields[i].value, l->fields[i].structured);
    if (!ok)
        return err_set(e, ERR_INPUT, "mail-header", "a header field of a mail would be broken");
    if (l->fault)
        return err_set(e, ERR_INPUT, l->fault, "a link of a mail is no path of ours");
    return 0;
}

static void
add_head(struct letter *l, struct buf *b)
{
    const struct letter_head *h = &l->head;
    const char *name = mime_phrase(l->a, h->from_name);

    /* An encoded word and an address are too long for one line (RFC 2047 2). */
    mime_field(b, "From",
               arena_printf(l->a, name[0] == '=' ? "%s\n <%s>" : "%s <%s>", name, h->from));
    mime_field(b, "To", arena_printf(l->a, "<%s>", h->to));
    mime_field(b, "Subject", encoded_words(l->a, l->subject));
    mime_field(b, "Date", mime_date(l->a, h->now));
    mime_field(b, "Message-ID", arena_printf(l->a, "<%s@%s>", h->id, h->host));
    mime_field(b, "Auto-Submitted", "auto-generated"); /* RFC 3834 */
    mime_field(b, "Content-Language", i18n_lang(h->cat));
    for (int i = 0; i < l->nfields; i++)
        mime_field(b, l->fields[i].name,
                   l->fields[i].structured ? l->fields[i].value
                                           : encoded_words(l->a, l->fields[i].value));
    mime_field(b, "MIME-Version", "1.0");
}

int
letter_bodies(struct letter *l, const char **text, const char **html, struct err *e)
{
    if (check(l, e) < 0)
        return -1;
    letter_body_end(&l->body, &l->head, l->subject, text, html);
    return 0;
}

char *
letter_finish(struct letter *l, size_t *n, struct err *e)
{
    struct buf *b = buf_new(l->a, 0);
    const char *text, *html, *edge;

    if (letter_bodies(l, &text, &html, e) < 0)
        return NULL;
    add_head(l, b);
    if (l->head.plain || l->text_only) {
        mime_part(b, "text/plain", text);
    } else {
        edge = arena_printf(l->a, "=_%s", token_text(l->a, 18)); /* is in no base64 */
        mime_field(b, "Content-Type",
                   arena_printf(l->a, "multipart/alternative;\n boundary=\"%s\"", edge));
        buf_printf(b, "\r\n--%s\r\n", edge);
        mime_part(b, "text/plain", text);
        buf_printf(b, "\r\n--%s\r\n", edge);
        mime_part(b, "text/html", html);
        buf_printf(b, "\r\n--%s--\r\n", edge);
    }
    *n = b->len;
    return arena_strndup(l->a, buf_cstr(b), b->len);
}
