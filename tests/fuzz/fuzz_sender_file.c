/* Files of senders: no line is lost, and what is taken reads the same again. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/jsonx.h"
#include "common/sender_file.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct sender_known known[] = {{.pattern = "a@b.example"}, {.pattern = "*@c.example", .other = true}};
    struct sender_line *lines, *again;
    int count, one;

    if (sender_file_read(a, (const char *)p, n, true, &lines, &count) == 0) {
        sender_file_compare(lines, count, known, 2, 5, n % 2);
        for (int i = 0; i < count; i++) {
            const char *text;
            if (!jsonx_is_utf8(lines[i].text, strlen(lines[i].text)))
                abort();
            if (lines[i].state == SENDER_LINE_INVALID)
                continue;
            text = sender_file_line(a, lines[i].pattern, true, lines[i].only_verified);
            if (sender_file_read(a, text, strlen(text), true, &again, &one) < 0 || one != 1 ||
                strcmp(again[0].pattern, lines[i].pattern) != 0 ||
                again[0].only_verified != lines[i].only_verified)
                abort();
        }
    }
    arena_free(&a);
    return 0;
}
