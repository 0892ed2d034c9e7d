#include "i18n_plural.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 20

enum { OP_N, OP_NUM, OP_NOT, OP_MUL, OP_DIV, OP_MOD, OP_ADD, OP_SUB, OP_LT, OP_LE, OP_GT, OP_GE, OP_EQ, OP_NE,
       OP_JUMP, OP_JUMP_FALSE, OP_AND, OP_OR };

struct parser {
    const char *s;
    struct plural *out;
    int depth;
    bool bad;
};

static int
emit(struct parser *p, int op, unsigned long value)
{
    if (p->out->n == PLURAL_OPS) {
        p->bad = true;
        return 0;
    }
    p->out->ops[p->out->n] = (struct plural_op){.op = (unsigned char)op, .value = value};
    return p->out->n++;
}

static bool
take(struct parser *p, const char *token)
{
    while (isspace((unsigned char)*p->s))
        p->s++;
    size_t n = strlen(token);
    if (strncmp(p->s, token, n) != 0)
        return false;
    p->s += n;
    return true;
}

static void ternary(struct parser *p);

static void
primary(struct parser *p)
{
    if (++p->depth > DEPTH)
        p->bad = true;
    if (p->bad)
        return;
    if (take(p, "(")) {
        ternary(p);
        if (!take(p, ")"))
            p->bad = true;
    } else if (take(p, "!")) {
        primary(p);
        emit(p, OP_NOT, 0);
    } else if (take(p, "n")) {
        emit(p, OP_N, 0);
    } else if (isdigit((unsigned char)*p->s)) {
        char *end;
        emit(p, OP_NUM, strtoul(p->s, &end, 10));
        p->s = end;
    } else {
        p->bad = true;
    }
    p->depth--;
}

/* C's levels of binary operators, strongest first; longer tokens before shorter ones. */
static const struct level {
    struct {
        const char *token;
        int op;
    } ops[5];
} levels[] = {
    {{{"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_MOD}}},
    {{{"+", OP_ADD}, {"-", OP_SUB}}},
    {{{"<=", OP_LE}, {">=", OP_GE}, {"<", OP_LT}, {">", OP_GT}}},
    {{{"==", OP_EQ}, {"!=", OP_NE}}},
    {{{"&&", OP_AND}}},
    {{{"||", OP_OR}}},
};

static void
binary(struct parser *p, int level)
{
    if (level < 0) {
        primary(p);
        return;
    }
    binary(p, level - 1);
    for (;;) {
        int i = 0;
        while (levels[level].ops[i].token && !take(p, levels[level].ops[i].token))
            i++;
        if (!levels[level].ops[i].token || p->bad)
            return;
        binary(p, level - 1);
        emit(p, levels[level].ops[i].op, 0);
    }
}

static void
ternary(struct parser *p)
{
    if (++p->depth > DEPTH)
        p->bad = true;
    if (p->bad)
        return;
    binary(p, 5);
    if (take(p, "?")) {
        int no = emit(p, OP_JUMP_FALSE, 0);
        ternary(p);
        int end = emit(p, OP_JUMP, 0);
        if (!take(p, ":"))
            p->bad = true;
        p->out->ops[no].to = (unsigned char)p->out->n;
        ternary(p);
        p->out->ops[end].to = (unsigned char)p->out->n;
    }
    p->depth--;
}

bool
plural_parse(const char *text, struct plural *out)
{
    struct parser p = {.s = text ? text : " nplurals=2; plural=(n != 1);", .out = out};
    *out = (struct plural){0};
    if (!take(&p, "nplurals") || !take(&p, "=") || !take(&p, ""))
        return false;
    char *end;
    out->forms = strtoul(p.s, &end, 10);
    if (end == p.s || out->forms < 1 || out->forms > PLURAL_FORMS)
        return false;
    p.s = end;
    if (!take(&p, ";") || !take(&p, "plural") || !take(&p, "="))
        return false;
    ternary(&p);
    return !p.bad && out->n > 0 && (take(&p, ";") || !*p.s);
}

static bool
apply(int op, unsigned long *a, unsigned long b)
{
    switch (op) {
    case OP_MUL: *a *= b; break;
    case OP_DIV: if (!b) return false; *a /= b; break;
    case OP_MOD: if (!b) return false; *a %= b; break;
    case OP_ADD: *a += b; break;
    case OP_SUB: *a -= b; break;
    case OP_LT: *a = *a < b; break;
    case OP_LE: *a = *a <= b; break;
    case OP_GT: *a = *a > b; break;
    case OP_GE: *a = *a >= b; break;
    case OP_EQ: *a = *a == b; break;
    case OP_NE: *a = *a != b; break;
    case OP_AND: *a = *a && b; break;
    case OP_OR: *a = *a || b; break;
    default: return false;
    }
    return true;
}

unsigned long
plural_eval(const struct plural *p, unsigned long n)
{
    unsigned long stack[PLURAL_OPS + 1];
    int top = 0;
    for (int i = 0; i < p->n; i++) { /* jumps go forward only: it ends */
        const struct plural_op *o = &p->ops[i];
        switch (o->op) {
        case OP_N: stack[top++] = n; break;
        case OP_NUM: stack[top++] = o->value; break;
        case OP_NOT: stack[top - 1] = !stack[top - 1]; break;
        case OP_JUMP: i = o->to - 1; break;
        case OP_JUMP_FALSE:
            if (!stack[--top])
                i = o->to - 1;
            break;
        default:
            top--;
            if (!apply(o->op, &stack[top - 1], stack[top]))
                return 0;
        }
    }
    return top == 1 && stack[0] < p->forms ? stack[0] : 0;
}
