/* Catalogues: the file, its plural rule, look-ups in whatever was accepted. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/i18n.h"
#include "common/i18n_plural.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct err e;
    struct plural rule;
    char *text = malloc(n + 1);
    if (!text)
        abort();
    memcpy(text, p, n);
    text[n] = '\0';
    if (plural_parse(text, &rule))
        for (unsigned long i = 0; i < 30; i++)
            if (plural_eval(&rule, i) >= rule.forms)
                abort();
    static unsigned char *kept; /* the catalogue points into it until the next one is accepted */
    unsigned char *data = malloc(n ? n : 1);
    if (!data)
        abort();
    memcpy(data, p, n);
    if (i18n_add("xx", data, n, &e) == 0) {
        const struct catalog *c = i18n_find("xx");
        size_t seen = strlen(i18n_tr(c, "Deliver")) + strlen(i18n_trc(c, "column", "Deleted"));
        for (unsigned long i = 0; i < 30; i++)
            seen += strlen(i18n_trn(c, text, "{n} messages", i));
        if (seen == (size_t)-1)
            abort();
        free(kept);
        kept = data;
    } else {
        free(data);
    }
    free(text);
    return 0;
}
