/* QR codes drawn as text and as tables. */
#include "common/arena.h"
#include "engine/image/qr.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    struct qr_place at = {m, a, "1", "text"};
    size_t len;
    const char *text = charset_utf8(a, NULL, (const char *)p, n, &len, NULL);
    qr_text(&at, text, len);
    at.how = "table";
    qr_table(&at, text, len);
    qr_data_uris(&at, text, len);
    arena_free(&a);
    return 0;
}
