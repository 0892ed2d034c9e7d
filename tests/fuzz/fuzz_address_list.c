/* A list of recipients as somebody uploads it: any bytes. What is taken is an address of the domain, sorted,
 * each once; what is not is text that can be shown. */
#include <stdlib.h>
#include <string.h>

#include "common/address_list.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/jsonx.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct address_list l, again;
    struct buf *b = buf_new(a, 0);

    address_list_read(a, (const char *)p, n, "example.com", 100, &l);
    for (int i = 0; i < l.nvalid; i++) {
        size_t len = strlen(l.valid[i]);
        if (len < 13 || strcmp(l.valid[i] + len - 12, "@example.com") != 0 ||
            !jsonx_is_utf8(l.valid[i], len) || (i && strcmp(l.valid[i - 1], l.valid[i]) >= 0))
            abort();
        buf_clear(b);
        address_list_cell(b, l.valid[i]);
        address_list_read(a, b->data, b->len, "example.com", 1, &again);
        if (again.nvalid != 1 || strcmp(again.valid[0], l.valid[i]) != 0)
            abort();
    }
    for (int i = 0; i < l.nbad; i++)
        if (!jsonx_is_utf8(l.bad[i].text, strlen(l.bad[i].text)) ||
            (i && l.bad[i].line < l.bad[i - 1].line))
            abort();
    arena_free(&a);
    return 0;
}
