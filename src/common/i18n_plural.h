/*
 * Plural-Forms of a catalogue: "nplurals=2; plural=(n != 1);". The expression (C's operators on n) is
 * compiled once into a short program for a stack machine, with limits, because the file is not ours.
 */
#ifndef SEKISHO_I18N_PLURAL_H
#define SEKISHO_I18N_PLURAL_H

#include <stdbool.h>

#define PLURAL_OPS 128
#define PLURAL_FORMS 8

struct plural_op {
    unsigned char op;
    unsigned char to; /* jumps: where to go on */
    unsigned long value;
};
struct plural {
    unsigned long forms;
    int n;
    struct plural_op ops[PLURAL_OPS];
};

/* text NULL: English (two forms). false when it is wrong, too long or names more than PLURAL_FORMS. */
bool plural_parse(const char *text, struct plural *out);
/* Always below forms. Division by zero gives form 0. */
unsigned long plural_eval(const struct plural *p, unsigned long n);

#endif
