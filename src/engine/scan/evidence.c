#include "evidence.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../msg/msg.h"

#define WHAT 200
#define OTHER 320

const char *
evidence_pair(struct msg *m, const char *what, const char *other)
{
    return arena_printf(m->arena, "%s → %s", jsonx_utf8(m->arena, what, strnlen(what, WHAT)),
                        jsonx_utf8(m->arena, other, strnlen(other, OTHER)));
}
