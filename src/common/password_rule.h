/*
 * Which new passwords are refused (ASVS ): short ones, those everybody uses, and
 * those made of words an attacker tries first here (the product, the organisation, the address).
 * No rules about kinds of characters. Used by every place that sets a password.
 */
#ifndef SEKISHO_PASSWORD_RULE_H
#define SEKISHO_PASSWORD_RULE_H

#define PASSWORD_MIN 12   /* characters */
#define PASSWORD_MAX 1024 /* bytes */

/* What is wrong with a password: any of them at once, except that nothing more is looked for in one that is too long. */
enum password_fault {
    PASSWORD_SHORT = 1,
    PASSWORD_LONG = 2,
    PASSWORD_FIGURES = 4, /* hardly a letter: a date, a telephone number */
    PASSWORD_PATTERN = 8, /* repeats itself, or goes along the alphabet or the keyboard */
    PASSWORD_WORDS = 16   /* well-known words and those of person and place, nothing else */
};
#define PASSWORD_FAULTS 5 /* how many kinds there are */

/* context: words that belong to this person and place (organisation's name, address, name);
 * NULL-terminated, members may be ""; each is split at anything that is no letter. */
/* Returns all of enum password_fault that apply, 0: it is taken. */
unsigned password_rule(const char *password, const char *const *context);
/* English sentence, a msgid of the console; "" for what is no fault. */
const char *password_fault_text(enum password_fault f);

#endif
