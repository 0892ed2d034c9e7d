/*
 * A document and nothing to read, from a free mailbox: the text that a filter would read is in the file. People send files
 * without words, too, so this is a note.
 */
#include "scan.h"

#include <string.h>

#include "../msg/msg.h"
#include "origin.h"

#define LITTLE 100 /* bytes of text without white space */

static bool
has_little_text(const struct msg *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->text_len && n < LITTLE; i++)
        n += (unsigned char)m->text[i] > ' ';
    return n < LITTLE;
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const struct origin *o = origin_of(m);
    const struct msg_part *file = NULL;

    for (int i = 0; i < m->nparts; i++) {
        if (!m->parts[i].attachment || strchr(m->parts[i].id, '/'))
            continue;
        if (file)
            return; /* several: somebody who sends his papers */
        file = &m->parts[i];
    }
    if (!file || !o->freemail || o->conversation || o->elsewhere || !has_little_text(m) ||
        (strcmp(file->type, "application/pdf") != 0 &&
         strcmp(file->true_type, "application/pdf") != 0))
        return;
    msg_add_finding(m, (struct msg_finding){.scanner = "alone",
                                            .code = "file-alone",
                                            .kind = "",
                                            .score = 1.0,
                                            .evidence = file->name,
                                            .part = file->id,
                                            .org = ""});
}

const struct scanner scan_alone = {
    .name = "alone", .help = "A document and nothing to read, from a free mailbox", .run = run};
