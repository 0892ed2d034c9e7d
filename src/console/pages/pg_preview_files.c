/* What the scan found out about the attachments that a preview lists. */
#include <string.h>

#include "../view.h"
#include "pg_held.h"

static const struct pg_part *
part_of(const struct pg_scan *scan, const struct preview_file *f, bool *taken)
{
    for (int i = 0; i < scan->nparts; i++)
        if (!taken[i] && scan->parts[i].bytes == f->bytes && !strcmp(scan->parts[i].name, f->given)) {
            taken[i] = true;
            return &scan->parts[i];
        }
    return NULL;
}

/* The worst that was found in that part: "malware", "unscannable" ..., "" nothing. */
static const char *
found_in(const struct pg_scan *scan, const char *part)
{
    const char *worst = "";
    size_t n = strlen(part);
    for (int i = 0; i < scan->nfindings; i++) {
        const struct pg_finding *f = &scan->findings[i];
        /* inside of an archive: "3.1" is in "3" */
        if (strncmp(f->part, part, n) != 0 || (f->part[n] && f->part[n] != '.'))
            continue;
        if (!strcmp(f->kind, "malware"))
            return f->kind;
        if (*f->kind)
            worst = f->kind;
    }
    return worst;
}

/* A file that the mail carries, not one that was found inside another, nor text or a container. */
static bool
is_carried(const struct preview *p, const struct pg_part *part, const struct pg_part *last)
{
    size_t n = last ? strlen(last->id) : 0;
    bool inside = n && !strncmp(part->id, last->id, n) && part->id[n] == '.';
    return *part->name && !inside && p->nfiles < PREVIEW_LIST;
}

/* The bytes in front of us end somewhere in the middle of the message: what is behind was seen when it arrived. */
static void
files_of_scan(struct web_req *r, struct preview *p, const struct pg_scan *scan)
{
    const struct pg_part *last = NULL;
    p->nfiles = 0;
    for (int i = 0; i < scan->nparts; i++) {
        const struct pg_part *part = &scan->parts[i];
        if (!is_carried(p, part, last))
            continue;
        struct preview_file *f = &p->files[p->nfiles++];
        *f = (struct preview_file){.name = part->name,
                                   .type = *part->true_type ? part->true_type : part->type,
                                   .bytes = part->bytes};
        preview_file_name(r, f);
        last = part;
    }
}

void
preview_files_judge(struct web_req *r, struct preview *p, const struct pg_scan *scan, const char *kind)
{
    bool *taken = arena_calloc(r->a, (size_t)scan->nparts + 1, sizeof *taken);
    if (p->partial && scan->nparts)
        files_of_scan(r, p, scan);
    for (int i = 0; i < p->nfiles; i++) {
        struct preview_file *f = &p->files[i];
        const struct pg_part *part = part_of(scan, f, taken);
        const char *found = part ? found_in(scan, part->id) : "";
        f->sha256 = part ? part->sha256 : "";
        f->tone = "warn", f->badge = "scan-search";
        if (!strcmp(found, "malware")) {
            f->tone = "danger", f->badge = "bug", f->verdict = T("Malware");
        } else if (part && part->encrypted && !part->opened) {
            f->tone = "violet", f->badge = "lock", f->verdict = T("We cannot look inside");
        } else if (!strcmp(found, "unscannable") || !strcmp(kind, "unscannable")) {
            f->verdict = T("Not checked completely");
        } else if (*found) {
            f->badge = "triangle-alert", f->verdict = T("Suspicious");
        } else if (!strcmp(kind, "malware")) { /* which of the files it is in is not known */
            f->badge = "bug", f->verdict = T("May hold the malware");
        } else if (part) {
            f->tone = "ok", f->badge = "check", f->verdict = T("No malware found");
        }
    }
}
