/* Pictures: QR codes in them (F31, T-E4, T-A8). */
#include "content.h"
#include "../image/image.h"
#include "../image/qr.h"

static bool
wants(const struct content_file *f)
{
    return image_claim(f->p, f->n) > 0;
}

static void
run(struct content *c, const struct content_file *f)
{
    struct qr_place at = {content_msg(c), content_scratch(c), f->id, ""};
    qr_file(&at, f->p, f->n);
}

const struct content_look look_image = {
    .name = "image", .help = "QR codes in pictures", .wants = wants, .run = run};
