/* Encrypted archives: their readers without and with a password that may fit, then all of an attachment. */
#include <stdlib.h>

#include "content_fuzz.h"
#include "engine/content/crypt_7z.h"
#include "engine/content/crypt_rar3.h"
#include "engine/content/crypt_rar5.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    const struct crypt_7z *s = crypt_7z_open(a, p, n);
    const struct crypt_rar5 *r = crypt_rar5_open(a, p, n);
    const struct crypt_rar3 *o = crypt_rar3_open(a, p, n);
    struct crypt_sum sum = {0};
    size_t len;

    for (int i = 0; i < 2; i++) {
        const char *password = i ? "secret1" : NULL;
        if (s && password)
            free(crypt_7z_try(s, password, &len));
        if (r)
            free(crypt_rar5_try(r, password, &len));
        if (o)
            free(crypt_rar3_try(o, password, &len, &sum));
    }
    arena_free(&a);
    return content_fuzz("a.7z", NULL, p, n);
}
