/* A name that imitates another one, with the letters marked in which it differs (mock-up 03). */
#include <string.h>

#include "ui.h"
#include "view.h"

#define CHARACTERS 120 /* of each name; longer ones are shown without marks */

/* Places of the characters of a name, and of its end; how many, or -1: too many. */
static int
characters(const char *s, size_t at[CHARACTERS + 1])
{
    int n = 0;
    for (size_t i = 0; s[i]; i++) {
        if (((unsigned char)s[i] & 0xc0) == 0x80)
            continue;
        if (n == CHARACTERS)
            return -1;
        at[n++] = i;
    }
    at[n] = strlen(s);
    return n;
}

static bool
same(const char *a, const size_t *x, const char *b, const size_t *y)
{
    return x[1] - x[0] == y[1] - y[0] && !memcmp(a + x[0], b + y[0], x[1] - x[0]);
}

/* odd[i]: character i of name has no counterpart in other, by their longest common subsequence. */
static void
compare(struct web_req *r, const char *name, const size_t *x, int n, const char *other, const size_t *y,
        int m, bool *odd)
{
    unsigned char *best = arena_calloc(r->a, (size_t)(n + 1) * (size_t)(m + 1), 1);
    const size_t row = (size_t)m + 1;
    for (int i = n - 1; i >= 0; i--)
        for (int j = m - 1; j >= 0; j--) {
            unsigned char down = best[(size_t)(i + 1) * row + (size_t)j];
            unsigned char right = best[(size_t)i * row + (size_t)j + 1];
            best[(size_t)i * row + (size_t)j] =
                same(name, x + i, other, y + j)
                    ? (unsigned char)(best[(size_t)(i + 1) * row + (size_t)j + 1] + 1)
                    : down > right ? down : right;
        }
    for (int i = 0, j = 0; i < n;) {
        if (j < m && same(name, x + i, other, y + j)) {
            odd[i++] = false;
            j++;
        } else if (j == m || best[(size_t)(i + 1) * row + (size_t)j] >= best[(size_t)i * row + (size_t)j + 1]) {
            odd[i++] = true;
        } else {
            j++;
        }
    }
}

void
ui_lookalike(struct web_req *r, struct buf *out, const char *name, const char *other)
{
    size_t x[CHARACTERS + 1], y[CHARACTERS + 1];
    bool odd[CHARACTERS] = {false};
    int n = characters(name, x), m = characters(other, y);
    if (n > 0 && m > 0)
        compare(r, name, x, n, other, y, m, odd);
    else
        n = 0;
    view_raw(out, "<bdi class=\"addr\" dir=\"ltr\" translate=\"no\">");
    for (int i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && odd[end] == odd[i];)
            end++;
        if (odd[i]) {
            view_raw(out, "<mark class=\"odd\" title=\"");
            view_html(out, T("Differs from the name you know"));
            view_raw(out, "\">");
        }
        view_html(out, arena_strndup(r->a, name + x[i], x[end] - x[i]));
        if (odd[i])
            view_raw(out, "</mark>");
    }
    if (!n)
        view_html(out, name);
    view_raw(out, "</bdi>");
}
