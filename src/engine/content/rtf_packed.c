#include "rtf_packed.h"
#include "bytes.h"
#include "../../common/arena.h"

#include <string.h>

#define WINDOW 4096
#define HEAD 16
#define PACKED 0x75465a4c /* "LZFu" */
#define PLAIN 0x414c454d  /* "MELA" */

/* What the window has in it at the beginning: 2.1.2.1. */
static const char begin[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct window {
    char p[WINDOW];
    size_t at;
    char *out;
    size_t n, room;
};

static void
put(struct window *w, char c)
{
    w->p[w->at] = c;
    w->at = (w->at + 1) % WINDOW;
    if (w->out && w->n < w->room)
        w->out[w->n] = c;
    w->n++;
}

/* A place in the window and a length. false: the mark of the end. */
static bool
repeat(struct window *w, const unsigned char *p)
{
    size_t from = (size_t)p[0] << 4 | p[1] >> 4;
    if (from == w->at)
        return false;
    for (int i = (p[1] & 15) + 2; i > 0; i--, from++)
        put(w, w->p[from % WINDOW]);
    return true;
}

static void
unpack(struct window *w, const unsigned char *p, const unsigned char *end)
{
    while (p < end) {
        unsigned flags = *p++;
        for (int bit = 0; bit < 8 && p < end; bit++, flags >>= 1) {
            if (!(flags & 1)) {
                put(w, (char)*p++);
                continue;
            }
            if (end - p < 2 || !repeat(w, p))
                return;
            p += 2;
        }
    }
}

/* To out, or only counted. */
static size_t
unpack_to(char *out, size_t room, const unsigned char *p, size_t n)
{
    struct window w = {.at = sizeof begin - 1, .out = out, .room = room};
    memcpy(w.p, begin, sizeof begin - 1);
    unpack(&w, p + HEAD, p + n);
    return w.n;
}

size_t
rtf_unpacked(const unsigned char *p, size_t n)
{
    uint32_t how = n < HEAD ? 0 : bytes_le32(p + 8);
    return how == PLAIN ? n - HEAD : how == PACKED ? unpack_to(NULL, 0, p, n) : 0;
}

char *
rtf_unpack(struct arena *a, const unsigned char *p, size_t n, size_t *out)
{
    if (n < HEAD)
        return NULL;
    uint32_t how = bytes_le32(p + 8);
    if (how == PLAIN) {
        *out = n - HEAD;
        return arena_memdup(a, p + HEAD, n - HEAD);
    }
    if (how != PACKED)
        return NULL;
    size_t room = rtf_unpacked(p, n);
    char *to = arena_alloc(a, room + 1);
    *out = unpack_to(to, room, p, n);
    to[*out] = '\0';
    return to;
}
