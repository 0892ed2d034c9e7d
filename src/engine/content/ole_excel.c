/*
 * Excel's binary records (MS-XLS): BOUNDSHEET names the kind of a sheet, Lbl the built-in names such as
 * Auto_Open, SUPBOOK the other side of links. Formulas are only searched for functions that reach outside.
 */
#include "bytes.h"
#include "content.h"
#include "ole.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"

#include <string.h>
#include <strings.h>

enum {
    FORMULA = 0x06,
    NAME = 0x18,
    FILEPASS = 0x2f,
    BOUNDSHEET = 0x85,
    SUPBOOK = 0x1ae,
    STRING_CELL = 0x207
};

static const struct {
    unsigned index;
    const char *name;
} functions[] = {{110, "EXEC"}, {150, "CALL"}, {149, "REGISTER"}, {132, "FOPEN"}, {137, "FWRITE"}};

/* "cmd\3/c calc": application, 3, topic. */
static void
supbook(struct ole *o, const unsigned char *p, size_t n)
{
    if (n < 6)
        return;
    size_t chars = bytes_le16(p + 2);
    bool wide = p[4] & 1;
    const unsigned char *s = p + 5;
    size_t len = n - 5;
    if (chars < 2 || chars == 0x0401 || chars == 0x3a01)
        return;
    char *text = wide ? bytes_utf16(o->a, s, len < chars * 2 ? len : chars * 2, false)
                      : jsonx_utf8(o->a, (const char *)s, len < chars ? len : chars);
    char *three = strchr(text, 3);
    if (!three)
        return;
    *three = ' ';
    ole_dde(o->c, o->f, text);
}

static void
name(struct ole *o, const unsigned char *p, size_t n)
{
    if (n < 16)
        return;
    bool built_in = p[0] & 0x20;
    size_t chars = p[3];
    const unsigned char *s = p + 14;
    if (built_in && (s[0] == 1 || (s[0] == 0 && s[1] == 1)))
        o->auto_open = true;
    if (chars >= 9 && n >= 24 && bytes_find(s, 10, "auto_open"))
        o->auto_open = true;
}

static void
formula(struct ole *o, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i + 3 < n && !o->function; i++) {
        unsigned token = p[i] & 0x9f;
        if (token != 0x02) /* ptgFuncVar in its three classes is 0x22, 0x42, 0x62 */
            continue;
        for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
            if (bytes_le16(p + i + 2) == functions[k].index && p[i + 1] < 30)
                o->function = functions[k].name;
    }
}

void
ole_workbook(struct ole *o, const unsigned char *p, size_t n)
{
    for (size_t at = 0; at + 4 <= n;) {
        unsigned kind = bytes_le16(p + at);
        size_t len = bytes_le16(p + at + 2);
        const unsigned char *d = p + at + 4;
        if (len > n - at - 4)
            len = n - at - 4;
        if (kind == BOUNDSHEET && len >= 6 && d[5] == 1) {
            o->macro_sheet = true;
            o->hidden_sheet |= (d[4] & 3) != 0;
        } else if (kind == NAME) {
            name(o, d, len);
        } else if (kind == SUPBOOK) {
            supbook(o, d, len);
        } else if ((kind == FORMULA || kind == 0x206 || kind == 0x406) && len > 20) {
            formula(o, d + 20, len - 20);
        }
        at += 4 + len;
    }
}

void
ole_judge_workbook(struct ole *o)
{
    if (!o->macro_sheet)
        return;
    const char *shown = arena_printf(
        o->a, "Excel 4 macro%s%s%s%s", o->hidden_sheet ? ", hidden" : "",
        o->auto_open ? ", Auto_Open" : "", o->function ? ", " : "", o->function ? o->function : "");
    if (o->function && (o->auto_open || o->hidden_sheet))
        content_finding(o->c, o->f, "excel4-macro", "malware", 6.0, shown);
    else
        content_finding(o->c, o->f, "excel4-macro", "",
                        o->auto_open || o->hidden_sheet || o->function ? 5.0 : 3.5, shown);
}

void
ole_dde(struct content *c, const struct content_file *f, const char *command)
{
    struct risk r = {0};
    size_t n = strlen(command);
    risk_read(&r, command, n);
    bool program = r.count[RISK_RUN] || r.count[RISK_FETCH] || strcasestr(command, ".exe") ||
                   strcasestr(command, "cmd") || strcasestr(command, "\\\\windows");
    if (program)
        content_finding(c, f, "dde-command", "malware", 6.0, command);
    else
        content_finding(c, f, "dde-link", "", 2.0, command);
    content_text(c, f, command, n);
}
