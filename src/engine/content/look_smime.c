/*
 * Signed and encrypted files: S/MIME and what is signed in its form (.p7m), and PGP. What is signed is opened; what is
 * encrypted cannot be scanned. A message inside a signature is read by the walk over the parts (msg/walk.c).
 */
#include "bytes.h"
#include "content.h"
#include "../msg/smime.h"
#include "../../common/arena.h"

#include <string.h>
#include <strings.h>

static bool
is_declared(const struct content_file *f)
{
    return strcasecmp(f->type, "application/pkcs7-mime") == 0 ||
           strcasecmp(f->type, "application/x-pkcs7-mime") == 0 || bytes_ext(f->name, ".p7m");
}

static bool
is_pgp(const struct content_file *f)
{
    return strcmp(f->true_type, "application/pgp-encrypted") == 0;
}

static bool
wants(const struct content_file *f)
{
    return is_declared(f) || is_pgp(f) || strcmp(f->true_type, "application/pkcs7-mime") == 0;
}

/* "invoice.xml.p7m" has "invoice.xml" inside. */
static const char *
name_inside(struct content *c, const struct content_file *f, const struct smime *s)
{
    size_t n = strlen(f->name);
    if (smime_may_be_entity(s))
        return "message.eml";
    return bytes_ext(f->name, ".p7m") && n > 4 ? arena_strndup(content_scratch(c), f->name, n - 4)
                                               : "";
}

static void
run(struct content *c, const struct content_file *f)
{
    struct smime s;
    if (is_pgp(f)) {
        (void)content_locked(c, f, "");
        return;
    }
    smime_open(content_scratch(c), f->p, f->n, &s);
    if (s.cut)
        content_finding(c, f, "smime-broken", "unscannable", 0, f->name);
    if (s.kind == SMIME_LOCKED)
        (void)content_locked(c, f, "");
    else if (s.kind == SMIME_BROKEN || (s.kind == SMIME_NOT && is_declared(f) && f->n))
        content_finding(c, f, "smime-broken", "unscannable", 0, f->name);
    else if (s.kind == SMIME_OPEN && (f->inside || !smime_is_entity(&s)) && content_open(c, f)) {
        if (content_spend(c, f, (int64_t)s.n) && content_hold(c, f, (int64_t)s.n)) {
            (void)content_member(c, f, name_inside(c, f, &s), s.p, s.n);
            content_hold(c, f, -(int64_t)s.n);
        }
        content_close(c);
    }
}

const struct content_look look_smime = {
    .name = "smime", .help = "Signed and encrypted files", .wants = wants, .run = run};
