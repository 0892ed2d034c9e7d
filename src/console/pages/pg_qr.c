/* QR codes as the path of an SVG: the page needs no picture of its own and no script. */
#include "pg_security.h"

#include <qrencode.h>

#include "../web_req.h"

#define QUIET 4 /* modules around it (ISO/IEC 18004) */

const char *
pg_qr(struct web_req *r, const char *text, int *size)
{
    QRcode *q = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    struct buf *b = buf_new(r->a, 0);
    if (!q) /* too long: the key stands beside it as text */
        return NULL;
    for (int y = 0; y < q->width; y++)
        for (int x = 0, n; x < q->width; x += n) {
            const unsigned char *row = q->data + y * q->width;
            for (n = 1; x + n < q->width && ((row[x + n] ^ row[x]) & 1) == 0; n++)
                ;
            if (row[x] & 1)
                buf_str(b, arena_printf(r->a, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n));
        }
    *size = q->width + 2 * QUIET;
    QRcode_free(q);
    return buf_cstr(b);
}
