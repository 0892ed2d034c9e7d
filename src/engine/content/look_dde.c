/* Tables as text that Excel runs commands from: =cmd|'/c calc'!A1 in CSV, formulas of SYLK files. */
#include "bytes.h"
#include "content.h"
#include "ole.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LOOKED_AT (4 * 1024 * 1024)
#define CELL 400
#define LINKS 20

static const char *const names[] = {".csv", ".slk", ".dif", ".iqy", ".tsv", ".prn", ".txt", NULL};

static bool
wants(const struct content_file *f)
{
    return bytes_ext_in(f->name, names) || strcasecmp(f->type, "text/csv") == 0;
}

/* The bar at p: is there "=name" before it and "'...'!" behind it? */
static const char *
command(struct arena *a, const char *text, const char *p, const char *end)
{
    const char *start = p, *stop = p + 1;
    while (start > text && p - start < 100 && !strchr("\n,;\t\"", start[-1]) && start[-1] != '=' &&
           start[-1] != '@' && start[-1] != '+' && start[-1] != '-')
        start--;
    if (start == text || !strchr("=+-@", start[-1]) || start == p)
        return NULL;
    while (stop < end && stop - p < CELL && *stop != '!' && *stop != '\n')
        stop++;
    if (stop == end || *stop != '!')
        return NULL;
    return arena_strndup(a, start, (size_t)(stop - start));
}

static void
sylk(struct content *c, const struct content_file *f, const char *text, size_t n)
{
    static const char *const functions[] = {"eexec(", "ecall(", "eregister(", ";eformula("};
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (bytes_find(p, n, functions[i])) {
            content_finding(c, f, "excel4-macro", "malware", 6.0, functions[i] + 1);
            return;
        }
    if (bytes_find(p, n, "auto_open") || bytes_find(p, n, "o;e"))
        content_finding(c, f, "excel4-macro", "", 5.0, f->name);
}

static void
run(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    size_t n;
    int links = 0;
    const char *text = bytes_script_text(a, f->p, f->n > LOOKED_AT ? LOOKED_AT : f->n, &n);
    const char *p = text, *end = text + n;
    while (links < LINKS && (p = memchr(p, '|', (size_t)(end - p)))) {
        const char *cell = command(a, text, p, end);
        if (cell) {
            ole_dde(c, f, cell);
            links++;
        }
        p++;
    }
    if (n > 4 && memcmp(text, "ID;P", 4) == 0)
        sylk(c, f, text, n);
}

const struct content_look look_dde = {
    .name = "dde", .help = "Commands in tables as text", .wants = wants, .run = run};
