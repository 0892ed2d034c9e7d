/*
 * YARA rules of the operator: all *.yar and *.yara files of the folder `yara_folder`. Compiled before the workers
 * are forked, which share them. What a match means is said by the rule's own meta fields:
 *   kind  = "malware" (also when it says nothing), "spam", "phishing", "note" (only adds its score)
 *   score = a number
 *   description = what is shown
 */
#ifndef SEKISHO_YARA_RULES_H
#define SEKISHO_YARA_RULES_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct msg;

#define YARA_SECONDS 5          /* one file */
#define YARA_MESSAGE_SECONDS 15 /* all files of a message */
#define YARA_MATCHES 100        /* of a message */

/* Compiles the folder of the settings anew. Files with errors are logged and left out. */
void yara_rules_prepare(void);
bool yara_rules_any(void);

/* Matches in n bytes become findings of m. name: of the file, for rules that ask for it. */
void yara_rules_scan(struct msg *m, const char *part, const char *name, const unsigned char *p,
                     size_t n);

/* What `sekisho yara check` says: for each file, and each error in it. */
struct yara_report {
    void (*file)(void *ctx, const char *file, int rules, int errors);
    void (*error)(void *ctx, const char *file, int line, const char *text, bool warning);
    void *ctx;
};
/* Files with errors; -1: the folder cannot be read (errno). */
int yara_rules_check(const char *folder, const struct yara_report *r);

#endif
