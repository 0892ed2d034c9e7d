#include "auth_from.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "auth_tags.h"

/* One field, mailbox by mailbox. */
struct reader {
    struct arena *a;
    const char *p, *end;
    struct buf *word;   /* what stands outside of comments and angle brackets */
    struct buf *inside; /* what stands in angle brackets */
    bool brackets;
    const char *domain; /* of the mailboxes so far; NULL: none yet */
    const char *code;
};

static void
fail(struct reader *r, const char *code)
{
    if (!r->code)
        r->code = code;
    r->p = r->end;
}

static void
skip_comment(struct reader *r)
{
    int depth = 0;

    do {
        if (r->p >= r->end || depth > AUTH_FROM_COMMENTS) {
            fail(r, "from-syntax");
            return;
        }
        if (*r->p == '\\')
            r->p++;
        else if (*r->p == '(')
            depth++;
        else if (*r->p == ')')
            depth--;
        r->p++;
    } while (depth > 0);
}

/* Copies a quoted string with its quotes, so that an "@" in it is no address. */
static void
take_quoted(struct reader *r, struct buf *to)
{
    buf_char(to, *r->p++);
    while (r->p < r->end && *r->p != '"') {
        if (*r->p == '\\' && r->p + 1 < r->end)
            r->p++;
        buf_char(to, *r->p == '@' || *r->p == '"' ? ' ' : *r->p);
        r->p++;
    }
    if (r->p >= r->end)
        fail(r, "from-syntax");
    else
        buf_char(to, *r->p++);
}

static void
take_brackets(struct reader *r)
{
    if (r->brackets)
        fail(r, "from-syntax");
    r->brackets = true;
    r->p++;
    while (r->p < r->end && *r->p != '>') {
        if (*r->p == '"')
            take_quoted(r, r->inside);
        else if (*r->p == '(')
            skip_comment(r);
        else if (*r->p == '<')
            fail(r, "from-syntax");
        else
            buf_char(r->inside, *r->p++);
    }
    if (r->p >= r->end)
        fail(r, "from-syntax");
    else
        r->p++;
}

static bool
blank(const char *s)
{
    return s[strspn(s, " \t\r\n")] == '\0';
}

static void
end_mailbox(struct reader *r)
{
    const char *text = buf_cstr(r->brackets ? r->inside : r->word), *at = strrchr(text, '@');
    char *domain;

    if (!r->brackets && blank(text)) /* nothing between two commas (RFC 5322 4.4) */
        return;
    if (!at || at == text || (!r->brackets && strchr(text, '@') != at)) {
        fail(r, "from-syntax");
        return;
    }
    at += 1 + strspn(at + 1, " \t\r\n");
    domain = auth_domain(r->a, (struct auth_text){at, strcspn(at, " \t\r\n")}, 1);
    if (!domain || !blank(at + strcspn(at, " \t\r\n")))
        fail(r, "from-syntax");
    else if (r->domain && strcmp(r->domain, domain) != 0)
        fail(r, "from-many");
    else
        r->domain = domain;
    buf_clear(r->word);
    buf_clear(r->inside);
    r->brackets = false;
}

static void
read_field(struct reader *r)
{
    while (r->p < r->end) {
        switch (*r->p) {
        case '(':
            skip_comment(r);
            break;
        case '"':
            take_quoted(r, r->word);
            break;
        case '<':
            take_brackets(r);
            break;
        case ':': /* what came before was the name of a group */
            buf_clear(r->word);
            r->p++;
            break;
        case ',':
        case ';':
            r->p++;
            end_mailbox(r);
            break;
        case '\\':
        case '>':
        case ')':
            fail(r, "from-syntax");
            break;
        default:
            buf_char(r->word, *r->p++);
        }
    }
    if (!r->code)
        end_mailbox(r);
}

const char *
auth_from_domain(struct arena *a, const struct auth_message *m, const char **domain)
{
    const struct auth_field *from = NULL;
    struct reader r = {.a = a};

    *domain = "";
    for (int i = 0; i < m->n; i++) {
        if (!auth_field_named(&m->fields[i], "From", 4))
            continue;
        if (from)
            return "from-many-fields";
        from = &m->fields[i];
    }
    if (!from)
        return "from-missing";
    if (from->len > AUTH_FROM_BYTES || memchr(from->raw, '\0', from->len))
        return "from-syntax";
    r.p = from->raw + from->value;
    r.end = from->raw + from->len;
    r.word = buf_new(a, 0);
    r.inside = buf_new(a, 0);
    read_field(&r);
    if (!r.code && !r.domain)
        r.code = "from-missing";
    if (!r.code)
        *domain = r.domain;
    return r.code;
}
