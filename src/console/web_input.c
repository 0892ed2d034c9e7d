/*
 * Checks each declared field by its kind. What the person typed is kept for showing it again, also
 * when it is wrong; ids and choices that are wrong are not.
 */
#include "web_input.h"
#include "web_core.h"

#include "../common/evlog.h"
#include "../common/token.h"
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct value {
    bool given;
    const char *text;
    size_t n;
    const char *filename;
    int64_t number;
    const char **uuids;
    int nuuids;
    const char *error;       /* msgid */
    const char *const *more; /* further ones about the same field */
    int nmore;
};
struct web_input {
    const struct field *fields;
    struct value *values;
    int nfields, nerrors;
};

const struct field no_fields[] = {FIELDS_END};

static struct value *
value_of(struct web_req *r, const char *name)
{
    for (int i = 0; r->input && i < r->input->nfields; i++)
        if (!strcmp(r->input->fields[i].name, name))
            return &r->input->values[i];
    if (r->method == M_POST && r->input)
        bug("%s: input \"%s\" is not declared", r->path, name);
    /* The page with an empty form: its fields are declared by the POST that takes them. */
    struct value *absent = arena_alloc(r->a, sizeof *absent);
    absent->text = "";
    return absent;
}

/* Length of a blank at p: ASCII, no-break space, ideographic space. */
static size_t
blank(const char *p)
{
    if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
        return 1;
    if (!strncmp(p, "\xc2\xa0", 2))
        return 2;
    return strncmp(p, "\xe3\x80\x80", 3) ? 0 : 3;
}

static char *
trim(struct arena *a, const char *s)
{
    while (blank(s))
        s += blank(s);
    char *out = arena_strdup(a, s);
    size_t n = strlen(out);
    for (size_t k = 1; n && k <= 3 && k <= n; k++)
        if (blank(out + n - k) == k) {
            n -= k;
            k = 0;
        }
    out[n] = '\0';
    return out;
}

/* CR LF and CR become LF. */
static char *
unix_lines(struct arena *a, const char *s)
{
    char *out = arena_strdup(a, s), *o = out;
    for (const char *p = out; *p; p++) {
        if (*p == '\r') {
            *o++ = '\n';
            p += p[1] == '\n';
        } else {
            *o++ = *p;
        }
    }
    *o = '\0';
    return out;
}

static bool
has_control(const char *s, bool lines)
{
    for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
        if (*p == 0x7f || (*p < 0x20 && !(lines && (*p == '\n' || *p == '\t'))))
            return true;
        if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
            return true;
    }
    return false;
}

/* Full-width digits (U+FF10...) count as digits: input methods leave them behind. */
static bool
read_int(struct arena *a, const char *s, int64_t *out)
{
    char *plain = arena_strdup(a, s), *o = plain, *end;
    for (const char *p = plain; *p;) {
        if (!strncmp(p, "\xef\xbc", 2) && (unsigned char)p[2] >= 0x90 &&
            (unsigned char)p[2] <= 0x99) {
            *o++ = (char)('0' + ((unsigned char)p[2] - 0x90));
            p += 3;
        } else {
            *o++ = *p++;
        }
    }
    *o = '\0';
    size_t digits = strspn(plain + (*plain == '-'), "0123456789");
    if (!digits || digits > 18 || plain[digits + (*plain == '-')])
        return false;
    errno = 0;
    *out = strtoll(plain, &end, 10);
    return !errno && !*end;
}

static bool
is_choice(const char *choices, const char *s)
{
    size_t n = strlen(s);
    for (const char *p = choices; n && p && *p;) {
        size_t len = strcspn(p, "|");
        if (len == n && !memcmp(p, s, n))
            return true;
        p += len + (p[len] == '|');
    }
    return false;
}

static void
read_text(struct web_req *r, const struct field *f, struct value *v, const struct web_pair *p)
{
    bool lines = f->kind == FIELD_LINES;
    v->text = f->kind == FIELD_PASSWORD ? p->value
                                        : trim(r->a, lines ? unix_lines(r->a, p->value) : p->value);
    v->n = strlen(v->text);
    if (f->max && v->n > (size_t)f->max) {
        v->error = N_("This text is too long.");
        v->text = arena_strndup(r->a, v->text, (size_t)f->max);
        while (*v->text && !web_utf8(v->text, strlen(v->text))) /* cut inside a character */
            v->text = arena_strndup(r->a, v->text, strlen(v->text) - 1);
    } else if (f->kind != FIELD_PASSWORD && has_control(v->text, lines)) {
        v->error = N_("This text contains characters that are not allowed.");
        v->text = "";
    }
}

static void
read_value(struct web_req *r, const struct field *f, struct value *v, const struct web_pair *p)
{
    /* The bytes of an upload were not checked as text: a file sent for a text field is no input. */
    if (p->filename && f->kind != FIELD_FILE)
        return;
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_LINES:
    case FIELD_PASSWORD:
        read_text(r, f, v, p);
        break;
    case FIELD_INT:
        v->text = trim(r->a, p->value);
        if (!*v->text)
            break;
        if (!read_int(r->a, v->text, &v->number))
            v->error = N_("Enter a whole number.");
        else if (v->number < 0 || (f->max && v->number > f->max))
            v->error = N_("This number is outside of the allowed range.");
        if (v->error && strlen(v->text) > 40)
            v->text = "";
        break;
    case FIELD_BOOL:
        v->number = !strcmp(p->value, "1");
        v->text = v->number ? "1" : "";
        break;
    case FIELD_UUID:
        if (token_is_uuid(p->value))
            v->text = p->value;
        else if (*p->value)
            v->error = N_("This identifier is not valid.");
        break;
    case FIELD_CHOICE:
        if (is_choice(f->choices, p->value))
            v->text = p->value;
        else if (*p->value)
            v->error = N_("Choose one of the options.");
        break;
    case FIELD_FILE:
        v->text = p->value;
        v->n = p->n;
        v->filename = p->filename ? p->filename : "";
        if (f->max && p->n > (size_t)f->max)
            v->error = N_("This file is too large. It may have {limit} at most.");
        break;
    case FIELD_UUIDS:
        break;
    }
}

static void
read_uuids(struct web_req *r, const struct field *f, struct value *v, const struct web_pairs *pairs)
{
    int max = f->max ? f->max : 100;
    v->uuids = arena_calloc(r->a, (size_t)max, sizeof *v->uuids);
    for (int i = 0; i < pairs->n; i++) {
        /* A field may also hold several, separated by commas: that is how Undo comes back. */
        char *save, *text;
        if (strcmp(pairs->v[i].name, f->name) || pairs->v[i].filename)
            continue;
        text = arena_strdup(r->a, pairs->v[i].value);
        for (char *id = strtok_r(text, ",", &save); id; id = strtok_r(NULL, ",", &save)) {
            if (!token_is_uuid(id))
                v->error = N_("This identifier is not valid.");
            else if (v->nuuids == max)
                v->error = N_("Too many entries were chosen at once.");
            else
                v->uuids[v->nuuids++] = id;
        }
    }
    v->given = v->nuuids > 0;
    if (v->error)
        v->nuuids = 0;
}

static void
log_undeclared(struct web_req *r, const struct field *fields, const struct web_pairs *pairs)
{
    int said = 0;
    for (int i = 0; i < pairs->n && said < 8; i++) {
        const struct field *f = fields;
        while (f->name && strcmp(f->name, pairs->v[i].name))
            f++;
        if (f->name || !strcmp(pairs->v[i].name, "csrf"))
            continue;
        evlog(EVLOG_INFO, "web.undeclared", "path", web_log_path(r->path), "name", pairs->v[i].name, NULL);
        said++;
    }
}

void
web_input_read(struct web_req *r, const struct field *fields, const struct web_pairs *pairs)
{
    struct web_input *in = arena_alloc(r->a, sizeof *in);
    in->fields = fields;
    while (fields[in->nfields].name)
        in->nfields++;
    in->values = arena_calloc(r->a, (size_t)in->nfields, sizeof *in->values);
    r->input = in;
    for (int i = 0; i < in->nfields; i++) {
        const struct field *f = &fields[i];
        struct value *v = &in->values[i];
        v->text = "";
        if (f->kind == FIELD_UUIDS) {
            read_uuids(r, f, v, pairs);
        } else {
            for (int k = 0; k < pairs->n && !v->given; k++) {
                if (strcmp(pairs->v[k].name, f->name))
                    continue;
                v->given = true;
                read_value(r, f, v, &pairs->v[k]);
            }
        }
        bool empty = f->kind == FIELD_UUIDS  ? !v->nuuids
                     : f->kind == FIELD_FILE ? !v->n
                                             : !*v->text;
        if (f->required && empty && !v->error)
            v->error = f->kind == FIELD_UUIDS ? N_("Choose at least one entry.")
                                              : N_("Fill in this field.");
        in->nerrors += v->error != NULL;
    }
    if (r->method == M_POST)
        log_undeclared(r, fields, pairs);
}

const char *
in_text(struct web_req *r, const char *name)
{
    return value_of(r, name)->text;
}

bool
in_given(struct web_req *r, const char *name)
{
    return value_of(r, name)->given;
}

int64_t
in_int(struct web_req *r, const char *name, int64_t def)
{
    struct value *v = value_of(r, name);
    return v->given && *v->text && !v->error ? v->number : def;
}

bool
in_number(struct web_req *r, const char *name, int from, int to, int *out)
{
    int64_t n;

    if (!read_int(r->a, in_text(r, name), &n) || n < from || n > to)
        return false;
    *out = (int)n;
    return true;
}

bool
in_bool(struct web_req *r, const char *name)
{
    return value_of(r, name)->number != 0;
}

int
in_uuids(struct web_req *r, const char *name, const char *const **out)
{
    struct value *v = value_of(r, name);
    if (out)
        *out = v->uuids;
    return v->nuuids;
}

const char *
in_file(struct web_req *r, const char *name, size_t *n, const char **filename)
{
    struct value *v = value_of(r, name);
    *n = v->n;
    if (filename)
        *filename = v->filename ? v->filename : "";
    return v->text;
}

void
in_errors(struct web_req *r, const char *name, const char *const *msgids, int n)
{
    struct value *v = value_of(r, name);
    r->input->nerrors += v->error == NULL;
    v->error = msgids[0];
    v->nmore = n - 1;
    v->more = arena_memdup(r->a, msgids + 1, (size_t)v->nmore * sizeof *msgids);
}

void
in_error(struct web_req *r, const char *name, const char *msgid)
{
    in_errors(r, name, &msgid, 1);
}

const char *
in_error_at(struct web_req *r, const char *name, int i)
{
    struct value *v = value_of(r, name);
    if (!v->error || i > v->nmore)
        return NULL;
    const char *error = i ? v->more[i - 1] : v->error;
    const struct field *f = &r->input->fields[v - r->input->values];
    return f->kind == FIELD_FILE ? TF(T(error), "limit", view_bytes(r, f->max)) : T(error);
}

const char *
in_error_of(struct web_req *r, const char *name)
{
    return in_error_at(r, name, 0);
}

bool
in_ok(struct web_req *r)
{
    return !r->input || !r->input->nerrors;
}
