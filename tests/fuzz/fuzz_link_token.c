/* Links in mails and forms of their pages: any bytes are refused, and what is read is made again as the same text. */
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/token.h"
#include "engine/link/link_token.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    static const unsigned char master[32] = {1, 2, 3};
    struct arena *a = arena_new();
    struct link_token t = {.purpose = LINK_MESSAGE, .kid = 1, .expires = 1}, out;
    char *text = arena_strndup(a, (const char *)p, n), *made = link_token_make(a, master, &t);
    size_t len;
    unsigned char *b = token_unbase64url(a, made, &len);

    if (link_token_read(a, master, text, LINK_MESSAGE, &out) ||
        link_token_read(a, master, text, LINK_UNSUBSCRIBE, &out))
        BUG_IF(strcmp(link_token_make(a, master, &out), text) != 0);
    BUG_IF(link_form_good(a, master, made, text, 0) && strlen(text) != 48);
    /* A good link with the input's bits turned. */
    bool changed = false;
    for (size_t i = 0; i < n && i < len; i++) {
        b[i] ^= p[i];
        changed |= p[i] != 0;
    }
    BUG_IF(link_token_read(a, master, token_base64url(a, b, len), LINK_MESSAGE, &out) == changed);
    arena_free(&a);
    return 0;
}
