#include "reasons.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/jsonx.h"
#include "view.h"

const char *
reasons_plain(struct web_req *r, const char *code)
{
    const char *text = reason_msgid(code);
    return text && !strchr(text, '{') ? T(text) : NULL;
}

int
reasons_read(struct web_req *r, const char *reasons, const struct reason **out)
{
    json_t *list, *j;
    size_t i;
    *out = NULL;
    if (!reasons || jsonx_load(r->a, reasons, strlen(reasons), 1024 * 1024, &list, NULL) < 0 ||
        !json_is_array(list))
        return 0;
    struct reason *all = arena_calloc(r->a, json_array_size(list) + 1, sizeof *all);
    json_array_foreach(list, i, j) all[i] = reason_read(r->a, r->cat, j);
    *out = all;
    return (int)json_array_size(list);
}

const char *
reasons_first(struct web_req *r, const char *reasons, const char *kind)
{
    const struct reason *all;
    if (reasons_read(r, reasons, &all) > 0 && reason_known(all[0].code))
        return all[0].text;
    return reason_of_kind(r->cat, kind);
}
