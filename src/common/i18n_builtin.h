/* The catalogues of i18n/, which are a part of the programs (src/tools/assetc.c makes them bytes). */
#ifndef SEKISHO_I18N_BUILTIN_H
#define SEKISHO_I18N_BUILTIN_H

#include <stddef.h>

struct i18n_file {
    const char *lang;
    const unsigned char *data; /* .mo */
    size_t n;
};
extern const struct i18n_file i18n_files[]; /* lang NULL ends it */

/* Adds all of them, once, before any look-up. */
void i18n_builtin(void);

#endif
