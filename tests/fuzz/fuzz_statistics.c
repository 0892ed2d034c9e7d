/* Features of a message: text of any bytes in every place that words are taken from. The first byte says
 * how the rest is cut. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/jsonx.h"
#include "engine/msg/msg.h"
#include "engine/stats/features.h"
#include "engine/stats/pack.h"
#include "engine/stats/train.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

/* Memory of exactly that length, so that a read behind it is seen. */
static const char *
piece(struct arena *a, const char *p, size_t n, size_t from, size_t to, size_t *len)
{
    from = from < n ? from : n;
    to = to < n ? to : n;
    char *s = arena_strndup(a, p + from, to - from);
    *len = strlen(s);
    return s;
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    if (n < 2 || n > 65536)
        return 0;
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    struct stats_features f;
    struct train_sample s;
    size_t step = p[0] + 1u, len, packed;
    const char *text = jsonx_utf8(a, (const char *)p + 1, n - 1);
    n = strlen(text);
    const char *part = piece(a, text, n, 0, step, &len);
    m->subject = jsonx_utf8(a, part, len);
    part = piece(a, text, n, step, step * 2, &len);
    m->from_name = jsonx_utf8(a, part, len);
    part = piece(a, text, n, step * 2, step * 3, &len);
    m->from = jsonx_utf8(a, part, len);
    m->message_id = m->from;
    m->text = m->normal = text;
    m->text_len = m->normal_len = n;
    m->hidden = m->source = text;
    m->hidden_len = m->source_len = n;
    m->html = p[0] & 1;
    struct msg_field fields[2] = {{"To", m->from_name, m->from_name},
                                  {"Reply-To", m->subject, m->subject}};
    m->fields = fields;
    m->nfields = 2;
    msg_add_link(m, (struct msg_link){.text = m->subject, .href = m->from_name, .part = "1"});
    msg_add_url(m, (struct msg_url){
                       .url = m->subject, .host = m->from_name, .source = "text", .part = "1"});
    stats_features(a, m, &f);
    for (size_t i = 0; i < f.n; i++)
        if (f.v[i].index >= STATS_SPACE || f.v[i].group >= STATS_GROUPS)
            abort();
    unsigned char *bytes = stats_pack(a, &f, &packed);
    if (!stats_unpack(a, bytes, packed, &s) || s.n != f.n)
        abort();
    arena_free(&a);
    return 0;
}
