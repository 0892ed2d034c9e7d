/*
 * The text of a preview: blocks of text, dead links, pictures as boxes, breaks. Nothing of the
 * original markup is kept (T-W2), and nothing that is hidden in a mail program is shown.
 */
#ifndef SEKISHO_PREVIEW_BLOCKS_H
#define SEKISHO_PREVIEW_BLOCKS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

#define PREVIEW_TEXT (200 * 1024)

struct preview_blocks {
    struct arena *a;
    json_t *blocks, *links;
    struct buf *text; /* of the block being made */
    const char *href; /* inside a link, else NULL */
    size_t total;     /* bytes of text so far */
    bool truncated;
    bool blank; /* white space was the last thing */
    bool begun; /* a part was shown before */
};

void preview_blocks_init(struct preview_blocks *p, struct arena *a);
/* false, and truncated, when nothing more is taken. */
bool preview_room(struct preview_blocks *p);
/* One text part in UTF-8; scratch is for what is not kept. */
void preview_text(struct preview_blocks *p, struct arena *scratch, const char *s, size_t n,
                  bool html);
/* At most that many bytes, as a JSON string. */
json_t *preview_string(struct arena *a, const char *s, size_t most);

#endif
