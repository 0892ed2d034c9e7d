/* Lists about spam as files: any bytes give lines, and those that are good read again the same; the settings. */
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/spam_entry.h"
#include "common/spam_rule.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static void
read_settings(struct arena *a, const unsigned char *p, size_t n)
{
    struct spam_rule rule, again;
    json_t *j;

    if (jsonx_load(a, (const char *)p, n, SPAM_RULE_BYTES * 4, &j, NULL) == 0 &&
        spam_rule_from_json(a, j, &rule, NULL) == 0)
        BUG_IF(spam_rule_from_json(a, spam_rule_to_json(a, &rule), &again, NULL) < 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct spam_line *lines, *again;
    struct buf *b = buf_new(a, 0);
    enum spam_list list = n ? (enum spam_list)(p[0] % SPAM_LISTS) : SPAM_PERSON;
    int count, good = 0, k = 0;

    read_settings(a, p, n);
    count = spam_file_read(a, list, (const char *)p, n, &lines);
    for (int i = 0; i < count; i++) {
        struct spam_person person;
        BUG_IF(!jsonx_is_utf8(lines[i].text, strlen(lines[i].text)));
        if (lines[i].problem != SPAM_FINE)
            continue;
        BUG_IF(strlen(lines[i].value) > SPAM_ENTRY_MAX || !*lines[i].value);
        buf_printf(b, "%s\n", lines[i].value);
        if (list == SPAM_PERSON)
            spam_person_read(a, lines[i].value, &person);
        good++;
    }
    BUG_IF(spam_file_read(a, list, b->data, b->len, &again) != good);
    for (int i = 0; i < count; i++)
        if (lines[i].problem == SPAM_FINE) {
            BUG_IF(again[k].problem != SPAM_FINE || strcmp(lines[i].value, again[k].value) != 0);
            k++;
        }
    arena_free(&a);
    return 0;
}
