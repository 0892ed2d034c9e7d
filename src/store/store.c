#include "store.h"
#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"
#include "../common/token.h"

#include <stdlib.h>
#include <string.h>

const char *
store_cursor_text(struct arena *a, int64_t at, const char *id)
{
    return *id ? arena_printf(a, "%lld-%s", (long long)at, id) : "";
}

struct store_cursor
store_cursor_parse(const char *text)
{
    struct store_cursor c = {0};
    char *end;
    if (!text || !*text)
        return c;
    long long at = strtoll(text, &end, 10);
    if (end != text && *end == '-' && token_is_uuid(end + 1) && at > 0 && at < INT64_C(1) << 48) {
        c.at = at;
        memcpy(c.id, end + 1, 37);
    }
    return c;
}

struct db_param
store_array(struct arena *a, const char *const *values, int n)
{
    struct buf *b = buf_new(a, 0);
    buf_char(b, '{');
    for (int i = 0; i < n; i++) {
        buf_str(b, i ? ",\"" : "\"");
        for (const char *p = values[i]; *p; p++) {
            if (*p == '"' || *p == '\\')
                buf_char(b, '\\');
            buf_char(b, *p);
        }
        buf_char(b, '"');
    }
    buf_char(b, '}');
    return P_TEXT(b->data);
}

struct db_param
store_opt(const char *s)
{
    return P_TEXT(s && *s ? s : NULL);
}

const char *
store_like(struct arena *a, const char *text)
{
    if (!text || !*text)
        return NULL;
    struct buf *b = buf_new(a, 0);
    buf_char(b, '%');
    for (int i = 0; i < 200 && text[i]; i++) {
        if (strchr("\\%_", text[i]))
            buf_char(b, '\\');
        buf_char(b, text[i]);
    }
    buf_char(b, '%');
    return b->data;
}

int
store_changed(struct err *e)
{
    return err_set(e, ERR_CONFLICT, STORE_CHANGED, "somebody changed this meanwhile");
}
