/*
 * Expressions of rule files: those of `meta` lines (names of rules, arithmetic, comparisons, logic) and
 * of `if` lines (version, plugin(), can(), has()). Compiled once to a list that is worked through with a
 * stack. Precedence and results are Perl's, since that is what authors of rules test with: && and || give
 * one of their operands, ! and comparisons give 1 or 0, ^ works on bits.
 */
#ifndef SEKISHO_RULES_EXPR_H
#define SEKISHO_RULES_EXPR_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define EXPR_BYTES 65536
#define EXPR_TERMS 8192
#define EXPR_DEPTH 200

/* What a name stands for. */
struct expr_name {
    bool constant; /* value, else slot */
    double value;
    int slot; /* >= 0 */
};

struct expr_names {
    /* arg: what stands in parentheses behind it, NULL = nothing. NULL, or why the name cannot be. */
    const char *(*find)(void *ctx, const char *name, size_t len, const char *arg,
                        struct expr_name *out);
    void *ctx;
};

struct expr_term {
    int op;
    int slot;
    double value;
    int first;  /* the term at which what belongs to this one begins */
    float cost; /* of finding out all of it (expr_costs) */
};

struct expr {
    struct expr_term *terms;
    int nterms;
    int deepest;      /* of the stack */
    const int *slots; /* what it depends on, each once */
    int nslots;
};

/* NULL and *out, or the reason in English. */
const char *expr_parse(struct arena *a, const char *text, const struct expr_names *names,
                       struct expr *out);
/* value(ctx, slot): of a name. Division by zero is 0. */
double expr_value(const struct expr *x, double (*value)(void *ctx, int slot), void *ctx);

/* The same value with as few questions as possible: what && makes 0 anyway is not asked for. */
struct expr_source {
    bool (*known)(void *ctx, int slot, double *value); /* without doing anything for it */
    double (*value)(void *ctx, int slot);
    void *ctx;
};
double expr_lazy(const struct expr *x, const struct expr_source *from);
/* Which side of && is asked first. cost: of a slot. Returns that of all. */
float expr_costs(struct expr *x, const float *cost);

#endif
