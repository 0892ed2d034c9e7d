#include "i18n_builtin.h"

#include "err.h"
#include "i18n.h"

void
i18n_builtin(void)
{
    for (const struct i18n_file *f = i18n_files; f->lang; f++) {
        struct err e;
        if (i18n_add(f->lang, f->data, f->n, &e))
            bug("catalogue %s: %s", f->lang, e.text);
    }
}
