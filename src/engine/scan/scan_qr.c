/* QR codes that the text itself draws: with characters, with table cells, with pictures inside the markup. */
#include "scan.h"
#include "../image/qr.h"
#include "../msg/msg.h"
#include "../../common/arena.h"

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    struct arena *scratch = arena_new();
    struct qr_place at = {m, scratch, "", ""};
    qr_data_uris(&at, m->source, m->source_len);
    at.how = "text";
    qr_text(&at, m->text, m->text_len);
    qr_text(&at, m->file_text, m->file_text_len);
    at.how = "table";
    qr_table(&at, m->source, m->source_len);
    arena_free(&scratch);
}

const struct scanner scan_qr = {.name = "qr",
                                .help = "QR codes drawn by text, tables and pictures in markup",
                                .prepare = qr_prepare,
                                .run = run};
