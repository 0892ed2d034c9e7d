#include "part.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/token.h"

#include <openssl/evp.h>
#include <string.h>

void
part_read(struct arena *a, GMimePart *part, size_t keep, struct part_bytes *out)
{
    static const unsigned char nothing[1];
    unsigned char sum[32], chunk[32768];
    ssize_t n;
    GMimeDataWrapper *w = g_mime_part_get_content(part);
    struct buf *b = keep ? buf_new(a, keep) : NULL;
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    *out = (struct part_bytes){0};
    if (!md || !EVP_DigestInit_ex(md, EVP_sha256(), NULL))
        bug("SHA-256");
    if (w) {
        GMimeStream *in = g_mime_data_wrapper_get_stream(w), *f = g_mime_stream_filter_new(in);
        GMimeFilter *decode = g_mime_filter_basic_new(g_mime_data_wrapper_get_encoding(w), FALSE);
        g_mime_stream_reset(in);
        g_mime_stream_filter_add(GMIME_STREAM_FILTER(f), decode);
        while ((n = g_mime_stream_read(f, (char *)chunk, sizeof chunk)) > 0) {
            size_t got = (size_t)n, head = PART_HEAD - out->head_len;
            EVP_DigestUpdate(md, chunk, got);
            memcpy(out->head + out->head_len, chunk, got < head ? got : head);
            out->head_len += got < head ? got : head;
            out->bytes += got;
            if (b)
                buf_add(b, chunk, got);
        }
        g_object_unref(decode);
        g_object_unref(f);
    } else {
        EVP_DigestUpdate(md, nothing, 0);
    }
    EVP_DigestFinal_ex(md, sum, NULL);
    EVP_MD_CTX_free(md);
    memcpy(out->sha256, token_hex(a, sum, 32), 65);
    if (b) {
        out->content = b->data ? b->data : arena_strdup(a, "");
        out->content_len = b->len;
    }
}
