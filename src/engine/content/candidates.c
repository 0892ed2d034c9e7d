/* The one place where documents get their candidate passwords from: today the words of the subject. */
#include "candidates.h"
#include "content.h"
#include "../msg/msg.h"
#include "../../common/arena.h"

#include <string.h>

#define SHORTEST 4
#define LONGEST 64
#define SEPARATORS " \t\r\n\"<>()[]{},;:"

const char *const *
candidates(struct content *c, int *n)
{
    struct msg *m = content_msg(c);
    const char **list = arena_calloc(m->arena, CANDIDATES, sizeof *list);
    *n = 0;
    for (const char *p = m->subject; *p && *n < CANDIDATES;) {
        p += strspn(p, SEPARATORS);
        size_t len = strcspn(p, SEPARATORS);
        if (len >= SHORTEST && len <= LONGEST)
            list[(*n)++] = arena_strndup(m->arena, p, len);
        p += len;
    }
    return list;
}

void
candidates_opened(struct content *c, const struct content_file *f)
{
    struct msg *m = content_msg(c);
    for (int i = m->nparts; i-- > 0;)
        if (strcmp(m->parts[i].id, f->id) == 0) {
            m->parts[i].encrypted = m->parts[i].opened_with_password = true;
            return;
        }
}
