/* Tables as text that Excel runs commands from: =cmd|'/c calc'!A1 in CSV, formulas of SYLK files. */
#include "bytes.h"
#include "content.h"
#include "ole.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define PIECE (4 * 1024 * 1024)
#define OVERLAP 1000 /* more than a command takes */
#define CELL 400
#define LINKS 20

static const char *const names[] = {".csv", ".slk", ".dif", ".iqy", ".tsv", ".prn", ".txt", NULL};

static bool
wants(const struct content_file *f)
{
    return bytes_ext_in(f->name, names) || strcasecmp(f->type, "text/csv") == 0;
}

/* "=name|'...'!": what stands between the sign and the "!". lead is behind the sign. */
static const char *
command(struct arena *a, const char *lead, const char *bar, const char *end)
{
    const char *stop = bar + 1;
    while (stop < end && stop - bar < CELL && *stop != '!' && *stop != '\n' && *stop != '|')
        stop++;
    if (stop == end || *stop != '!')
        return NULL;
    return arena_strndup(a, lead, (size_t)(stop - lead));
}

static void
find_commands(struct content *c, const struct content_file *f, const char *text, size_t n)
{
    const char *lead = NULL, *end = text + n;
    int links = 0;
    for (const char *p = text; p < end && links < LINKS; p++) {
        if (*p == '=' || *p == '+' || *p == '-' || *p == '@') {
            lead = p + 1;
        } else if (*p == '\n' || *p == ',' || *p == ';' || *p == '\t' || *p == '"') {
            lead = NULL;
        } else if (*p == '|' && lead && p > lead && p - lead < 100) {
            const char *cell = command(content_scratch(c), lead, p, end);
            if (cell) {
                ole_dde(c, f, cell);
                links++;
            }
            lead = NULL;
        }
    }
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
    bool is_sylk = f->n > 4 && memcmp(f->p, "ID;P", 4) == 0;
    for (size_t at = 0; at < f->n && content_time(c, f); at += PIECE) {
        struct arena *a = arena_new();
        size_t n, left = f->n - at;
        const char *text =
            bytes_script_text(a, f->p + at, left > PIECE + OVERLAP ? PIECE + OVERLAP : left, &n);
        find_commands(c, f, text, n);
        if (is_sylk)
            sylk(c, f, text, n);
        arena_free(&a);
    }
}

const struct content_look look_dde = {
    .name = "dde", .help = "Commands in tables as text", .wants = wants, .run = run};
