/*
 * Script files: nobody sends programs that Windows starts by a double click, but some who do harm. A finding
 * by its name and content; one that fetches or writes something and starts it is taken for malware.
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

/* Windows runs these; the others are opened in an editor by most. */
static const char *const runs[] = {".js",  ".jse", ".vbs", ".vbe", ".hta", ".wsf", ".wsh",
                                   ".bat", ".cmd", ".sct", ".pif", ".ws",  NULL};
static const char *const scripts[] = {".ps1", ".psm1", ".psd1", ".vb",   ".sh", ".command",
                                      ".py",  ".au3",  ".a3x",  ".scpt", NULL};
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
           strcasecmp(f->type, "application/hta") == 0 || polyglot_script(f) ||
           (f->inside && !strchr(f->name, '.') && looks_like_script(f));
}

static void
run(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    struct risk r = {0};
    size_t n;
    bool alone = bytes_ext_in(f->name, runs) || strcasecmp(f->type, "application/hta") == 0;
    size_t most = f->n > LOOKED_AT ? LOOKED_AT : f->n;
    const char *text = bytes_script_text(a, f->p, most, &n);
    risk_read(&r, text, n);
    if (f->n > LOOKED_AT) { /* blown up, so that nobody looks at its end */
        struct risk tail = {0};
        text = bytes_script_text(a, f->p + f->n - most, most, &n);
        risk_read(&tail, text, n);
        risk_add(&r, &tail);
        content_finding(c, f, "script-too-big", "unscannable", 0, f->name);
    }
    const char *words = risk_words(a, &r);
    double more = (alone ? 3.0 : 1.0) - content_scored(c, "script-file");
    if (more > 0) /* a program's sources are no worse than one of them */
        content_finding(c, f, "script-file", "", more, f->name);
    /* Encoded by Microsoft's script encoder: what it does is meant to be unread. */
    if (bytes_find((const unsigned char *)text, n, "#@~^"))
        content_finding(c, f, "script-encoded", "malware", 6.0, f->name);
    else if (risk_drops(&r) || (r.count[RISK_FETCH] && r.count[RISK_HIDE]) ||
             (r.count[RISK_RUN] && r.count[RISK_HIDE]))
        content_finding(c, f, "script-dropper", "malware", 6.0, words);
    else if (r.count[RISK_RUN] || r.count[RISK_FETCH])
        content_finding(c, f, "script-suspicious", "", 2.5, words);
    looktext(c, f, text, n);
}

const struct content_look look_script = {
    .name = "script", .help = "Script files by what they do", .wants = wants, .run = run};
