#define PCRE2_CODE_UNIT_WIDTH 8
#include "regex.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <pcre2.h>
#include <string.h>

/* Perl has no limit of its own; a mail must not cost more than this for one expression. */
#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 2000
#define HEAP_KIB 4096
#define JIT_STACK (256 * 1024)

struct regex {
    pcre2_code *code;
    bool jit;
};

struct regex_run {
    pcre2_match_context *limits;
    pcre2_match_data *data;
    pcre2_jit_stack *stack;
    int given_up;
};

/* ------------------------------------------------------------------ reading */

static char
closing(char c)
{
    static const char pairs[] = "{}()<>[]";
    const char *at = c ? strchr(pairs, c) : NULL;
    return at && (at - pairs) % 2 == 0 ? at[1] : c;
}

/* The delimiter that the text begins with; 0: there is none. *skip: what stands before the expression. */
static char
opening(const char *text, size_t *skip)
{
    size_t n = 0;
    if (*text == '/') {
        *skip = 1;
        return '/';
    }
    n = strncmp(text, "qr", 2) == 0 ? 2 : *text == 'm' ? 1 : 0;
    if (n == 0 || !text[n] || isalnum((unsigned char)text[n]) || text[n] == '_' ||
        isspace((unsigned char)text[n]))
        return 0;
    *skip = n + 1;
    return text[n];
}

static const char *
flags_of(struct arena *a, const char *text, const char **out)
{
    struct buf *b = buf_new(a, 0);
    for (; *text; text++) {
        if (strchr("imsxn", *text))
            buf_char(b, *text);
        else if (!strchr("agoplud", *text)) /* nothing to change for bytes */
            return "an unknown modifier stands behind the expression";
    }
    *out = buf_cstr(b);
    return NULL;
}

static bool
bare_delimiter(const char *p, size_t n, char end)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\\')
            i++;
        else if (p[i] == end)
            return true;
    }
    return false;
}

/* "{,5}" is a count in today's Perl, and five characters in PCRE2. */
static const char *
counts(struct arena *a, const char *p, size_t n)
{
    struct buf *b;
    if (!memmem(p, n, "{,", 2))
        return arena_strndup(a, p, n);
    b = buf_new(a, 0);
    for (size_t i = 0; i < n; i++) {
        buf_char(b, p[i]);
        if (p[i] == '\\' && i + 1 < n)
            buf_char(b, p[++i]);
        else if (p[i] == '{' && i + 2 < n && p[i + 1] == ',' && isdigit((unsigned char)p[i + 2]))
            buf_char(b, '0');
    }
    return arena_strndup(a, buf_cstr(b), b->len);
}

const char *
regex_read(struct arena *a, const char *text, bool bare, struct regex_text *out)
{
    size_t skip = 0, n = strlen(text);
    const char *end, *why;
    char open = opening(text, &skip), close = closing(open);
    out->flags = "";
    if (n > REGEX_BYTES)
        return "the expression is too long";
    if (bare || !open) {
        out->pattern = counts(a, text, n);
        return bare ? NULL : "the expression has no delimiters";
    }
    text += skip;
    end = strrchr(text, close);
    if (!end)
        return "the closing delimiter is missing";
    if ((why = flags_of(a, end + 1, &out->flags)))
        return why;
    n = (size_t)(end - text);
    if (memmem(text, n, "(?{", 3) || memmem(text, n, "(??{", 4))
        return "program code in an expression is not run here";
    if (!strchr("})]", close) && bare_delimiter(text, n, close))
        return "the delimiter stands inside the expression";
    out->pattern = counts(a, text, n);
    return NULL;
}

/* ------------------------------------------------------------------ compiling */

static uint32_t
options(const char *flags)
{
    uint32_t o = PCRE2_DUPNAMES | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C;
    o |= strchr(flags, 'i') ? PCRE2_CASELESS : 0;
    o |= strchr(flags, 'm') ? PCRE2_MULTILINE : 0;
    o |= strchr(flags, 's') ? PCRE2_DOTALL : 0;
    o |= strchr(flags, 'n') ? PCRE2_NO_AUTO_CAPTURE : 0;
    const char *x = strchr(flags, 'x');
    return o | (!x ? 0 : strchr(x + 1, 'x') ? PCRE2_EXTENDED_MORE : PCRE2_EXTENDED);
}

static void
release(void *arg)
{
    struct regex *re = arg;
    pcre2_code_free(re->code);
}

const char *
regex_compile(struct arena *a, const struct regex_text *t, struct regex **out)
{
    PCRE2_UCHAR why[120];
    PCRE2_SIZE at;
    int code;
    struct regex *re = arena_alloc(a, sizeof *re);
    re->code = pcre2_compile((PCRE2_SPTR)t->pattern, PCRE2_ZERO_TERMINATED, options(t->flags),
                             &code, &at, NULL);
    if (!re->code) {
        pcre2_get_error_message(code, why, sizeof why);
        return arena_printf(a, "%s (byte %zu)", (const char *)why, at);
    }
    re->jit = pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0; /* else the interpreter runs */
    arena_defer(a, release, re);
    *out = re;
    return NULL;
}

bool
regex_begins_rarely(const struct regex *re)
{
    uint32_t options = 0, type = 0;
    (void)pcre2_pattern_info(re->code, PCRE2_INFO_ALLOPTIONS, &options);
    (void)pcre2_pattern_info(re->code, PCRE2_INFO_FIRSTCODETYPE, &type);
    return type != 0 || (options & PCRE2_ANCHORED);
}

size_t
regex_size(const struct regex *re)
{
    size_t size = 0, jit = 0;
    (void)pcre2_pattern_info(re->code, PCRE2_INFO_SIZE, &size);
    (void)pcre2_pattern_info(re->code, PCRE2_INFO_JITSIZE, &jit);
    return size + jit;
}

/* ------------------------------------------------------------------ matching */

static void
run_free(void *arg)
{
    struct regex_run *r = arg;
    pcre2_match_data_free(r->data);
    pcre2_match_context_free(r->limits);
    pcre2_jit_stack_free(r->stack);
}

struct regex_run *
regex_run_new(struct arena *a)
{
    struct regex_run *r = arena_alloc(a, sizeof *r);
    r->limits = pcre2_match_context_create(NULL);
    r->data = pcre2_match_data_create(64, NULL);
    r->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK, NULL);
    arena_defer(a, run_free, r);
    if (!r->limits || !r->data || !r->stack)
        return r; /* every match is given up */
    pcre2_set_match_limit(r->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(r->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(r->limits, HEAP_KIB);
    pcre2_jit_stack_assign(r->limits, NULL, r->stack);
    return r;
}

int
regex_find(struct regex_run *r, const struct regex *re, const char *p, size_t n, size_t at,
           size_t *start, size_t *end)
{
    int rc = PCRE2_ERROR_NOMEMORY;
    if (r->limits && r->data && r->stack && re->jit)
        rc = pcre2_jit_match(re->code, (PCRE2_SPTR)p, n, at, 0, r->data, r->limits);
    else if (r->limits && r->data && r->stack)
        rc = pcre2_match(re->code, (PCRE2_SPTR)p, n, at, 0, r->data, r->limits);
    if (rc == PCRE2_ERROR_NOMATCH)
        return 0;
    if (rc < 0) {
        r->given_up++;
        return -1;
    }
    PCRE2_SIZE *v = pcre2_get_ovector_pointer(r->data);
    *start = v[0];
    *end = v[1];
    return 1;
}

bool
regex_group(const struct regex_run *r, int group, size_t *start, size_t *end)
{
    PCRE2_SIZE *v = pcre2_get_ovector_pointer(r->data);
    if ((uint32_t)group >= pcre2_get_ovector_count(r->data) || v[2 * group] == PCRE2_UNSET)
        return false;
    *start = v[2 * group];
    *end = v[2 * group + 1];
    return true;
}

bool
regex_matches(struct regex_run *r, const struct regex *re, const char *p, size_t n)
{
    size_t start, end;
    return regex_find(r, re, p, n, 0, &start, &end) > 0;
}

int
regex_given_up(const struct regex_run *r)
{
    return r->given_up;
}
