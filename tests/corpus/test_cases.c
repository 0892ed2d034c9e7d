/*
 * Whole messages with what must come out: tests/corpus/<topic>/<case>/in.eml and expected.json.
 *
 * expected.json is a part of what `sekisho scan --json` prints, plus "preview": objects may name
 * fewer members, lists must have the same length, everything else is equal.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/jsonx.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"

static int number, failed;

static struct buf *
read_file(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "rbe");
    struct buf *b = buf_new(a, 0);
    char chunk[4096];
    size_t n;
    while (f && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(b, chunk, n);
    if (!f)
        return NULL;
    fclose(f);
    buf_add(b, "", 0);
    return b;
}

static json_t *
result(struct arena *a, const struct buf *raw)
{
    struct msg *m = msg_scan(a, (const unsigned char *)raw->data, raw->len, NULL);
    struct decision d = policy_decide(m, NULL);
    json_t *j = jsonx_own(a, msg_to_json(m));
    json_object_set_new(j, "verdict", json_string(policy_verdict(m)));
    json_object_set_new(j, "disposition", json_string(disposition_name(d.disposition)));
    json_object_set_new(j, "reason", json_string(d.reason));
    json_object_set_new(j, "slot", json_string(d.slot));
    json_object_set_new(j, "text", json_string(m->text));
    json_object_set(j, "preview", msg_preview(a, (const unsigned char *)raw->data, raw->len));
    return j;
}

/* Prints the first difference with the way to it; false when there is one. */
static bool
same(struct arena *a, const json_t *want, const json_t *got, const char *way)
{
    const char *key;
    json_t *v;
    size_t i;
    if (json_is_object(want) && json_is_object(got)) {
        json_object_foreach((json_t *)(uintptr_t)want, key, v)
        {
            if (!same(a, v, json_object_get(got, key), arena_printf(a, "%s.%s", way, key)))
                return false;
        }
        return true;
    }
    if (json_is_array(want) && json_is_array(got) &&
        json_array_size(want) == json_array_size(got)) {
        json_array_foreach(want, i, v)
        {
            if (!same(a, v, json_array_get(got, i), arena_printf(a, "%s[%zu]", way, i)))
                return false;
        }
        return true;
    }
    if (got && json_equal(want, got))
        return true;
    printf("# at %s\n#   want %s\n#   got  %s\n", way, jsonx_dump(a, want, NULL),
           got ? jsonx_dump(a, got, NULL) : "nothing");
    return false;
}

static void
run(const char *topic, const char *name)
{
    struct arena *a = arena_new();
    const char *dir = arena_printf(a, "tests/corpus/%s/%s", topic, name);
    struct buf *raw = read_file(a, arena_printf(a, "%s/in.eml", dir));
    json_error_t je;
    json_t *want = json_load_file(arena_printf(a, "%s/expected.json", dir), 0, &je);
    bool ok = false;
    if (!raw)
        printf("# %s/in.eml is missing\n", dir);
    else if (!want)
        printf("# %s/expected.json: %s, line %d\n", dir, je.text, je.line);
    else
        ok = same(a, jsonx_own(a, want), result(a, raw), "");
    failed += !ok;
    printf("%sok %d - %s/%s\n", ok ? "" : "not ", ++number, topic, name);
    arena_free(&a);
}

/* tests/corpus/auth has programs of its own. */
static int
visible(const struct dirent *d)
{
    return d->d_type == DT_DIR && d->d_name[0] != '.' && strcmp(d->d_name, "auth") != 0;
}

int
main(void)
{
    struct dirent **topics, **names;
    int n = scandir("tests/corpus", &topics, visible, alphasort);
    g_mime_init();
    charset_preload();
    for (int i = 0; i < n; i++) {
        char dir[4096];
        snprintf(dir, sizeof dir, "tests/corpus/%s", topics[i]->d_name);
        int m = scandir(dir, &names, visible, alphasort);
        for (int k = 0; k < m; k++) {
            run(topics[i]->d_name, names[k]->d_name);
            free(names[k]);
        }
        if (m >= 0)
            free(names);
        free(topics[i]);
    }
    if (n >= 0)
        free(topics);
    printf("%sok %d - there are cases\n1..%d\n", number ? "" : "not ", number + 1, number + 1);
    return failed || !number;
}
