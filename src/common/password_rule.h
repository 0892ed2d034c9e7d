/*
 * Which new passwords are refused (ASVS ): short ones, those everybody uses, and
 * those made of words an attacker tries first here (the product, the organisation, the address).
 * No rules about kinds of characters. Used by every place that sets a password.
 */
#ifndef SEKISHO_PASSWORD_RULE_H
#define SEKISHO_PASSWORD_RULE_H

#define PASSWORD_MIN 12   /* characters */
#define PASSWORD_MAX 1024 /* bytes */

enum password_fault { PASSWORD_OK, PASSWORD_SHORT, PASSWORD_LONG, PASSWORD_COMMON };

/* context: words that belong to this person and place (organisation's name, address, name);
 * NULL-terminated, members may be ""; each is split at anything that is no letter. */
enum password_fault password_rule(const char *password, const char *const *context);
/* English sentence, a msgid of the console; "" for PASSWORD_OK. */
const char *password_fault_text(enum password_fault f);

#endif
