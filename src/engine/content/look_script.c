/*
 * Script files: nobody sends programs that start by a double click, but some who do harm. A finding by its name and
 * content; one that fetches or writes something and starts it is taken for malware. Sources of programs do that all
 * the time, and nobody's computer starts them: they are a note.
 */
#include "bytes.h"
#include "content.h"
#include "looktext.h"
#include "polyglot.h"
#include "program_risk.h"
#include "../../common/arena.h"

#include <string.h>
#include <strings.h>

#define LOOKED_AT (4 * 1024 * 1024)

/* Windows runs these at once; the others need a click more, or are opened in an editor by most. */
static const char *const runs[] = {".js",  ".jse", ".vbs", ".vbe", ".hta", ".wsf", ".wsh",
                                   ".bat", ".cmd", ".sct", ".pif", ".ws",  NULL};
static const char *const scripts[] = {".ps1", ".vb", ".command", ".au3", ".a3x", ".scpt", NULL};
static const char *const sources[] = {".psm1", ".psd1", ".sh", ".py", NULL};
/* Without a name to go by, in files from inside of others. */
static const char *const begins[] = {"@echo off",     "createobject(",       "new activexobject",
                                     "wscript.shell", "<hta:application",    "powershell ",
                                     "set shell",     "on error resume next"};

static bool
looks_like_script(const struct content_file *f)
{
    size_t n = f->n > 4096 ? 4096 : f->n;
    if (*f->true_type && strncmp(f->true_type, "text/x-", 7) != 0)
        return false;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (bytes_find(f->p, n, begins[i]))
            return true;
    return false;
}

static bool
wants(const struct content_file *f)
{
    return bytes_ext_in(f->name, runs) || bytes_ext_in(f->name, scripts) ||
           bytes_ext_in(f->name, sources) || strcasecmp(f->type, "application/hta") == 0 ||
           polyglot_script(f) || (f->inside && !strchr(f->name, '.') && looks_like_script(f));
}

/* JavaScript that uses nothing of Windows: in a browser or on a server it can do much, started by Windows nothing. Who
 * hides those names has others in sight, like powershell's. */
static bool
is_web(const struct content_file *f, const char *text, size_t n)
{
    static const char *const windows[] = {"wscript",
                                          "scripting.filesystemobject",
                                          "adodb.stream",
                                          "shell.application",
                                          "winhttp.winhttprequest",
                                          "getobject(",
                                          "#@~^"};
    const unsigned char *p = (const unsigned char *)text;
    if (!bytes_ext(f->name, ".js"))
        return false;
    if (bytes_find(p, n, "activexobject") && !bytes_find(p, n, "document")) /* in old pages, too */
        return false;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
        if (bytes_find(p, n, windows[i]))
            return false;
    return true;
}

struct script {
    struct risk risk;
    bool web, encoded; /* by Microsoft's script encoder: what it does is meant to be unread */
    const char *text;  /* its end */
    size_t n;
};

/* Both ends of what is blown up, so that nobody looks at its end. */
static void
read_script(struct arena *a, const struct content_file *f, struct script *s)
{
    size_t most = f->n > LOOKED_AT ? LOOKED_AT : f->n, n[2] = {0, 0};
    const char *ends[2] = {bytes_script_text(a, f->p, most, &n[0]), ""};
    int last = f->n > LOOKED_AT;
    if (last)
        ends[1] = bytes_script_text(a, f->p + f->n - most, most, &n[1]);
    *s = (struct script){.web = is_web(f, ends[0], n[0]) && (!last || is_web(f, ends[1], n[1])),
                         .text = ends[last],
                         .n = n[last]};
    for (int i = 0; i <= last; i++) {
        (s->web ? risk_read_web : risk_read)(&s->risk, ends[i], n[i]);
        s->encoded |= bytes_find((const unsigned char *)ends[i], n[i], "#@~^") != NULL;
    }
}

/* A program's sources are no worse than one of them. */
static void
once(struct content *c, const struct content_file *f, const char *code, double score,
     const char *evidence)
{
    double more = score - content_scored(c, code);
    if (more > 0)
        content_finding(c, f, code, "", more, evidence);
}

static void
judge(struct content *c, const struct content_file *f, const struct risk *r, bool web)
{
    const char *words = risk_words(content_scratch(c), r);
    bool drops = risk_drops(r) || (r->count[RISK_FETCH] && r->count[RISK_HIDE]) ||
                 (r->count[RISK_RUN] && r->count[RISK_HIDE]);
    if (bytes_ext_in(f->name, sources)) {
        if (drops)
            once(c, f, "script-suspicious", 1.5, words);
    } else if (drops) {
        content_finding(c, f, "script-dropper", "malware", 6.0, words);
    } else if (web && r->count[RISK_RUN]) {
        once(c, f, "script-suspicious", 2.5, words);
    } else if (!web && (r->count[RISK_RUN] || r->count[RISK_FETCH])) {
        content_finding(c, f, "script-suspicious", "", 2.5, words);
    }
}

static void
run(struct content *c, const struct content_file *f)
{
    bool alone = bytes_ext_in(f->name, runs) || strcasecmp(f->type, "application/hta") == 0;
    bool source = bytes_ext_in(f->name, sources);
    struct script s;
    read_script(content_scratch(c), f, &s);
    if (f->n > LOOKED_AT && !source)
        content_finding(c, f, "script-too-big", "unscannable", 0, f->name);
    once(c, f, "script-file", alone ? 3.0 : 1.0, f->name);
    if (s.encoded && !source)
        content_finding(c, f, "script-encoded", "malware", 6.0, f->name);
    else
        judge(c, f, &s.risk, s.web);
    looktext(c, f, s.text, s.n);
}

const struct content_look look_script = {
    .name = "script", .help = "Script files by what they do", .wants = wants, .run = run};
