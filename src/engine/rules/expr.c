#include "expr.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum op {
    OP_NUMBER,
    OP_SLOT,
    OP_NOT,
    OP_MINUS,
    OP_MUL,
    OP_DIV,
    OP_MOD,
    OP_ADD,
    OP_SUB,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_EQ,
    OP_NE,
    OP_BITAND,
    OP_BITOR,
    OP_BITXOR,
    OP_AND,
    OP_OR,
    OP_CHOOSE,
};

/* Binary operators; longer ones first. Higher binds stronger. */
static const struct {
    const char *text;
    enum op op;
    int level;
} binary[] = {
    {"&&", OP_AND, 2},   {"||", OP_OR, 1},   {"==", OP_EQ, 5},    {"!=", OP_NE, 5},
    {"<=", OP_LE, 6},    {">=", OP_GE, 6},   {"<", OP_LT, 6},     {">", OP_GT, 6},
    {"&", OP_BITAND, 4}, {"|", OP_BITOR, 3}, {"^", OP_BITXOR, 3}, {"+", OP_ADD, 7},
    {"-", OP_SUB, 7},    {"*", OP_MUL, 8},   {"/", OP_DIV, 8},    {"%", OP_MOD, 8},
};

struct parser {
    struct arena *a;
    const char *p;
    const struct expr_names *names;
    struct expr *x;
    const char *why;
    int room, depth, stack;
};

static void
skip(struct parser *s)
{
    while (isspace((unsigned char)*s->p))
        s->p++;
}

static int
operands(int op)
{
    return op <= OP_SLOT ? 0 : op <= OP_MINUS ? 1 : op == OP_CHOOSE ? 3 : 2;
}

/* Operands stand before their operator, one after the other. */
static int
first_of(const struct expr *x, int i)
{
    int first = i;
    for (int n = operands(x->terms[i].op); n > 0 && first > 0; n--)
        first = x->terms[first - 1].first;
    return first;
}

static void
emit(struct parser *s, enum op op, double value, int slot)
{
    static const int grows[] = {
        [OP_NUMBER] = 1, [OP_SLOT] = 1, [OP_NOT] = 0, [OP_MINUS] = 0, [OP_CHOOSE] = -2};
    struct expr *x = s->x;
    if (x->nterms >= EXPR_TERMS) {
        s->why = "the expression is too long";
        return;
    }
    if (x->nterms == s->room) {
        struct expr_term *old = x->terms;
        s->room = s->room ? s->room * 2 : 8;
        x->terms = arena_calloc(s->a, (size_t)s->room, sizeof *x->terms);
        if (old)
            memcpy(x->terms, old, (size_t)x->nterms * sizeof *old);
    }
    x->terms[x->nterms] = (struct expr_term){.op = (int)op, .slot = slot, .value = value};
    x->terms[x->nterms].first = first_of(x, x->nterms);
    x->nterms++;
    s->stack += op <= OP_MINUS || op == OP_CHOOSE ? grows[op] : -1;
    if (s->stack > x->deepest)
        x->deepest = s->stack;
}

static void choice(struct parser *s);

/* plugin(Some::Name): what stands in the parentheses. */
static const char *
argument(struct parser *s)
{
    const char *start;
    skip(s);
    if (*s->p != '(')
        return NULL;
    start = ++s->p;
    s->p += strcspn(s->p, "()");
    if (*s->p != ')') {
        s->why = "a parenthesis is not closed";
        return NULL;
    }
    while (isspace((unsigned char)*start))
        start++;
    size_t n = (size_t)(s->p++ - start);
    while (n > 0 && isspace((unsigned char)start[n - 1]))
        n--;
    return arena_strndup(s->a, start, n);
}

static void
name(struct parser *s)
{
    const char *start = s->p;
    struct expr_name n = {0};
    while (isalnum((unsigned char)*s->p) || *s->p == '_' || (*s->p == ':' && s->p[1]))
        s->p++;
    size_t len = (size_t)(s->p - start);
    const char *arg = argument(s);
    if (!s->why)
        s->why = s->names->find(s->names->ctx, start, len, arg, &n);
    if (!s->why)
        emit(s, n.constant ? OP_NUMBER : OP_SLOT, n.value, n.slot);
}

static void
primary(struct parser *s)
{
    char *end;
    skip(s);
    if (*s->p == '(') {
        s->p++;
        choice(s);
        skip(s);
        if (!s->why && *s->p != ')')
            s->why = "a parenthesis is not closed";
        s->p += *s->p == ')';
    } else if (isdigit((unsigned char)*s->p) || (*s->p == '.' && isdigit((unsigned char)s->p[1]))) {
        size_t n = strspn(s->p, "0123456789.");
        double v = strtod(arena_strndup(s->a, s->p, n), &end);
        s->p += n;
        emit(s, OP_NUMBER, v, 0);
    } else if (isalpha((unsigned char)*s->p) || *s->p == '_') {
        name(s);
    } else {
        s->why = *s->p ? "a name or a number is missing before an operator"
                       : "the expression ends too early";
    }
}

static void
unary(struct parser *s)
{
    if (++s->depth > EXPR_DEPTH)
        s->why = "the expression is nested too deeply";
    skip(s);
    if (s->why) {
        ;
    } else if (*s->p == '!' && s->p[1] != '=') {
        s->p++;
        unary(s);
        emit(s, OP_NOT, 0, 0);
    } else if (*s->p == '-') {
        s->p++;
        unary(s);
        emit(s, OP_MINUS, 0, 0);
    } else {
        s->p += *s->p == '+';
        primary(s);
    }
    s->depth--;
}

static int
operator_at(const char *p)
{
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++)
        if (strncmp(p, binary[i].text, strlen(binary[i].text)) == 0)
            return (int)i;
    return -1;
}

/* All operators of at least that level; those of the same level go from left to right. */
static void
climb(struct parser *s, int level)
{
    unary(s);
    while (!s->why) {
        skip(s);
        int i = operator_at(s->p);
        if (i < 0 || binary[i].level < level)
            return;
        s->p += strlen(binary[i].text);
        if (++s->depth > EXPR_DEPTH)
            s->why = "the expression is nested too deeply";
        climb(s, binary[i].level + 1);
        s->depth--;
        emit(s, binary[i].op, 0, 0);
    }
}

static void
choice(struct parser *s)
{
    if (++s->depth > EXPR_DEPTH)
        s->why = "the expression is nested too deeply";
    if (s->why)
        return;
    climb(s, 1);
    skip(s);
    if (!s->why && *s->p == '?') {
        s->p++;
        choice(s);
        skip(s);
        if (!s->why && *s->p != ':')
            s->why = "\"?\" without \":\"";
        s->p += *s->p == ':';
        if (!s->why)
            choice(s);
        emit(s, OP_CHOOSE, 0, 0);
    }
    s->depth--;
}

static int
by_number(const void *x, const void *y)
{
    int a = *(const int *)x, b = *(const int *)y;
    return (a > b) - (a < b);
}

static void
list_slots(struct arena *a, struct expr *x)
{
    int *slots = arena_calloc(a, (size_t)x->nterms + 1, sizeof *slots), n = 0, kept = 0;
    for (int i = 0; i < x->nterms; i++)
        if (x->terms[i].op == OP_SLOT)
            slots[n++] = x->terms[i].slot;
    qsort(slots, (size_t)n, sizeof *slots, by_number);
    for (int i = 0; i < n; i++)
        if (i == 0 || slots[i] != slots[kept - 1])
            slots[kept++] = slots[i];
    x->slots = slots;
    x->nslots = kept;
}

const char *
expr_parse(struct arena *a, const char *text, const struct expr_names *names, struct expr *out)
{
    struct parser s = {.a = a, .p = text, .names = names, .x = out};
    *out = (struct expr){0};
    if (strlen(text) > EXPR_BYTES)
        return "the expression is too long";
    choice(&s);
    skip(&s);
    if (!s.why && *s.p)
        s.why = *s.p == ')' ? "a parenthesis too many" : "something stands behind the expression";
    if (!s.why)
        list_slots(a, out);
    return s.why;
}

/* Numbers as bits, as Perl does it with integers. */
static uint64_t
bits(double v)
{
    if (!(v > -9e18 && v < 9e18))
        return 0;
    return v < 0 ? (uint64_t)(int64_t)v : (uint64_t)v;
}

static double
modulo(double l, double r)
{
    int64_t a = (int64_t)bits(l), b = (int64_t)bits(r);
    if (b == 0 || b == -1)
        return 0;
    int64_t m = a % b;
    return (double)(m != 0 && (m < 0) != (b < 0) ? m + b : m);
}

static double
apply(int op, double l, double r)
{
    switch (op) {
    case OP_MUL:
        return l * r;
    case OP_DIV:
        return fpclassify(r) == FP_ZERO ? 0 : l / r;
    case OP_MOD:
        return modulo(l, r);
    case OP_ADD:
        return l + r;
    case OP_SUB:
        return l - r;
    case OP_LT:
        return l < r;
    case OP_LE:
        return l <= r;
    case OP_GT:
        return l > r;
    case OP_GE:
        return l >= r;
    case OP_EQ:
        return !(l < r) && !(l > r);
    case OP_NE:
        return l < r || l > r;
    case OP_BITAND:
        return (double)(bits(l) & bits(r));
    case OP_BITOR:
        return (double)(bits(l) | bits(r));
    case OP_BITXOR:
        return (double)(bits(l) ^ bits(r));
    case OP_AND:
        return l != 0 ? r : l;
    default:
        return l != 0 ? l : r;
    }
}

double
expr_value(const struct expr *x, double (*value)(void *ctx, int slot), void *ctx)
{
    double room[64], *stack = x->deepest <= 64 ? room : malloc((size_t)x->deepest * sizeof *stack);
    int n = 0;
    if (!stack)
        return 0;
    for (int i = 0; i < x->nterms; i++) {
        const struct expr_term *t = &x->terms[i];
        if (t->op == OP_NUMBER)
            stack[n++] = t->value;
        else if (t->op == OP_SLOT)
            stack[n++] = value(ctx, t->slot);
        else if (t->op == OP_NOT)
            stack[n - 1] = fpclassify(stack[n - 1]) == FP_ZERO;
        else if (t->op == OP_MINUS)
            stack[n - 1] = -stack[n - 1];
        else if (t->op == OP_CHOOSE)
            n -= 2, stack[n - 1] = stack[n - 1] != 0 ? stack[n] : stack[n + 1];
        else
            n--, stack[n - 1] = apply(t->op, stack[n - 1], stack[n]);
    }
    double v = n == 1 ? stack[0] : 0;
    if (stack != room)
        free(stack);
    return v;
}

/* ------------------------------------------------------------------ with few questions */

#define LAZY_TERMS 400 /* longer ones are worked through without recursion */

static bool known(const struct expr *x, int i, const struct expr_source *from, double *out);

static bool
known_choice(const struct expr *x, int i, const struct expr_source *from, double *out)
{
    int no = i - 1, yes = x->terms[no].first - 1, condition = x->terms[yes].first - 1;
    return known(x, condition, from, out) && known(x, *out != 0 ? yes : no, from, out);
}

/* What is known of the part that ends at term i without asking. */
static bool
known(const struct expr *x, int i, const struct expr_source *from, double *out)
{
    const struct expr_term *t = &x->terms[i];
    double l = 0, r = 0;
    if (t->op == OP_NUMBER || t->op == OP_SLOT) {
        *out = t->value;
        return t->op == OP_NUMBER || from->known(from->ctx, t->slot, out);
    }
    if (t->op == OP_CHOOSE)
        return known_choice(x, i, from, out);
    bool has_r = known(x, i - 1, from, &r);
    if (t->op == OP_NOT || t->op == OP_MINUS) {
        *out = t->op == OP_NOT ? fpclassify(r) == FP_ZERO : -r;
        return has_r;
    }
    if (has_r && t->op == OP_AND && fpclassify(r) == FP_ZERO) {
        *out = 0;
        return true;
    }
    bool has_l = known(x, x->terms[i - 1].first - 1, from, &l);
    bool decides = (t->op == OP_AND && fpclassify(l) == FP_ZERO) || (t->op == OP_OR && l != 0);
    *out = decides ? l : apply(t->op, l, r);
    return has_l && (has_r || decides);
}

static double
lazy(const struct expr *x, int i, const struct expr_source *from)
{
    const struct expr_term *t = &x->terms[i];
    int right = i - 1, left = operands(t->op) > 1 ? x->terms[right].first - 1 : right;
    if (t->op == OP_NUMBER)
        return t->value;
    if (t->op == OP_SLOT)
        return from->value(from->ctx, t->slot);
    if (t->op == OP_NOT)
        return fpclassify(lazy(x, right, from)) == FP_ZERO;
    if (t->op == OP_MINUS)
        return -lazy(x, right, from);
    if (t->op == OP_CHOOSE)
        return lazy(x, lazy(x, x->terms[left].first - 1, from) != 0 ? left : right, from);
    if (t->op == OP_AND && x->terms[right].cost < x->terms[left].cost) {
        double r = lazy(x, right, from);
        return r != 0 && lazy(x, left, from) != 0 ? r : 0;
    }
    double l = lazy(x, left, from);
    if ((t->op == OP_AND && fpclassify(l) == FP_ZERO) || (t->op == OP_OR && l != 0))
        return l;
    return apply(t->op, l, lazy(x, right, from));
}

double
expr_lazy(const struct expr *x, const struct expr_source *from)
{
    double v = 0;
    if (x->nterms > LAZY_TERMS)
        return expr_value(x, from->value, from->ctx);
    if (x->nterms == 0 || known(x, x->nterms - 1, from, &v))
        return v;
    return lazy(x, x->nterms - 1, from);
}

float
expr_costs(struct expr *x, const float *cost)
{
    for (int i = 0; i < x->nterms; i++) {
        struct expr_term *t = &x->terms[i];
        t->cost = t->op == OP_SLOT ? cost[t->slot] : 0;
        for (int k = i - 1, n = operands(t->op); n > 0 && k >= 0; n--, k = x->terms[k].first - 1)
            t->cost += x->terms[k].cost;
    }
    return x->nterms > 0 ? x->terms[x->nterms - 1].cost : 0;
}
