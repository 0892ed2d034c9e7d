/*
 * Packs of documents: macros, commands, objects and links are found, harmless twins are not, encrypted ones are
 * opened with the password in the subject, or reported. What stands in packages needs the look at archives.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/scan/scan.h"
#include "../unit/content_mail.h"
#include "unpack.h"

#define O "oletools/"
#define E "oletools/encrypted/"
#define M "msoffcrypto/inputs/"
#define P "pdf-active/pdf-payloads/"

static const struct row {
    const char *file, *subject;
    const char *code; /* finding that must be there; "" = none, "held", "opened", "locked" */
    bool package;     /* zip */
} rows[] = {
    {O "excel4-macros/excel4_sample_macro.xls", "", "excel4-macro", false},
    {O "excel4-macros/excel4_sample_macro.xlt", "", "excel4-macro", false},
    {O "excel4-macros/excel4_sample_macro_excel5_format.xls", "", "excel4-macro", false},
    {O "excel4-macros/excel4_sample_macro.slk", "", "excel4-macro", false},
    {O "excel4-macros/excel4_sample_macro.xlsm", "", "excel4-macro", true},
    {O "excel4-macros/excel4_sample_macro.xlsb", "", "excel4-macro", true},
    {O "excel4-macros/excel4_sample_macro.xltm", "", "excel4-macro", true},
    {O "msodde/dde-in-csv.csv", "", "dde-command", false},
    {O "msodde/dde-in-excel2003.xml", "", "dde-command", false},
    {O "msodde/dde-test.docx", "", "dde-command", true},
    {O "msodde/dde-test.docm", "", "dde-command", true},
    {O "msodde/dde-test.xlsx", "", "dde-command", true},
    {O "msodde/dde-test.xlsm", "", "dde-command", true},
    {O "msodde/dde-test.xlsb", "", "dde-command", true},
    {O "msodde/harmless-clean.doc", "", "", false},
    {O "msodde/harmless-clean.xml", "", "", false},
    {O "msodde/harmless-clean-2003.xml", "", "", false},
    {O "msodde/harmless-clean.docx", "", "", true},
    {O "msodde/harmless-clean.docm", "", "", true},
    {O "ooxml/harmless-clean.xml", "", "", false},
    {O "oleobj/embedded-simple-2007.doc", "", "embedded-object", false},
    {O "oleobj/embedded-simple-2007.ppt", "", "embedded-object", false},
    {O "oleobj/embedded-simple-2007.xls", "", "embedded-object", false},
    {O "oleobj/embedded-simple-2007.xml", "", "embedded-object", false},
    {O "oleobj/embedded-simple-2007.docx", "", "embedded-object", true},
    {O "oleobj/embedded-simple-2007.pptx", "", "embedded-object", true},
    {O "oleobj/embedded-simple-2007.xlsb", "", "embedded-object", true},
    {O "oleobj/embedded-simple-2007.odt", "", "embedded-object", true},
    {O "oleobj/embedded-simple-2007.odp", "", "embedded-object", true},
    {O "oleobj/sample_with_calc_embedded.doc", "", "embedded-program", false},
    {O "oleobj/sample_with_lnk_file.doc", "", "held", false},
    {O "oleobj/sample_with_lnk_file.ppt", "", "held", false},
    {O "oleobj/external_link/sample_with_external_link_to_doc.docx", "", "remote-object", true},
    {O "oleobj/external_link/sample_with_external_link_to_doc.pptx", "", "remote-object", true},
    {O "oleobj/external_link/sample_with_external_link_to_doc.xlsb", "", "remote-object", true},
    {O "olevba/sample_with_vba.ppt", "", "office-macro", false},
    {O "rtfobj/issue_251.rtf", "", "equation-object", false},
    {E "dde-test-encrypt-standardpassword.xls", "", "dde-command", false},
    {E "dde-test-encrypt-standardpassword.xlsx", "", "dde-command", true},
    {E "dde-test-encrypt-standardpassword.xlsb", "", "dde-command", true},
    {E "autostart-encrypt-standardpassword.xls", "", "office-macro", false},
    {E "autostart-encrypt-standardpassword.xlsm", "", "office-macro", true},
    /* the name of the file is the password */
    {E "encrypted.doc", "", "opened", false},
    {E "encrypted.ppt", "", "locked", false},
    {E "encrypted.xls", "", "opened", false},
    {E "encrypted.docx", "", "opened", false},
    {E "encrypted.xlsm", "", "opened", false},
    {E "encrypted.pptx", "", "opened", false},
    {M "ecma376standard_password.docx", "use Password1234_", "opened", false},
    {M "example_password.docx", "use Password1234_", "opened", false},
    {M "example_password.xlsx", "use Password1234_", "opened", false},
    {M "rc4cryptoapi_password.doc", "use Password1234_", "opened", false},
    {M "rc4cryptoapi_password.xls", "use Password1234_", "opened", false},
    {M "rc4cryptoapi_password.ppt", "use Password1234_", "locked", false},
    {M "xor_password_123456789012345.xls", "123456789012345", "locked", false},
    {M "example_password.docx", "no word", "locked", false},
    {M "plain.doc", "", "", false},
    {M "plain.xls", "", "", false},
    {M "plain.ppt", "", "", false},
    {P "payload1.pdf", "", "pdf-script", false},
    {P "payload2.pdf", "", "pdf-script", false},
    {P "payload3.pdf", "", "pdf-file-link", false},
    {P "payload4.pdf", "", "pdf-script", false},
    {P "payload5.pdf", "", "pdf-script", false},
    {P "payload6.pdf", "", "pdf-script", false},
    {P "payload7.pdf", "", "pdf-script", false},
    {P "payload8.pdf", "", "pdf-font-script", false},
    {P "starter_pack.pdf", "", "pdf-script", false},
};

static struct msg *
scan(struct arena *a, const char *dir, const struct row *r)
{
    char *bytes;
    gsize n;
    if (!g_file_get_contents(arena_printf(a, "%s/%s", dir, r->file), &bytes, &n, NULL))
        return NULL;
    char *b64 = g_base64_encode((unsigned char *)bytes, n);
    const char *raw = arena_printf(
        a,
        "From: a@b.example\nSubject: %s\nContent-Type: application/octet-stream; name=\"%s\"\n"
        "Content-Transfer-Encoding: base64\n\n%s\n",
        r->subject, strrchr(r->file, '/') + 1, b64);
    g_free(bytes);
    g_free(b64);
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

static bool
has(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].code, code) == 0)
            return true;
    return false;
}

static bool
right(const struct msg *m, const struct row *r)
{
    bool locked = false, opened = false;
    for (int i = 0; m && i < m->nparts; i++) {
        locked |= m->parts[i].encrypted && !m->parts[i].opened_with_password;
        opened |= m->parts[i].opened_with_password;
    }
    if (!m)
        return false;
    if (strcmp(r->code, "locked") == 0)
        return locked && !opened;
    if (strcmp(r->code, "opened") == 0)
        return opened && !locked;
    if (strcmp(r->code, "held") == 0)
        return content_held(m);
    if (!*r->code)
        return content_count(m) == 0;
    return has(m, r->code);
}

/* Is there a look that opens packages? */
static bool
opens_packages(const char *dir)
{
    struct arena *a = arena_new();
    struct row plain = {O "msodde/harmless-clean.docx", "", "", true};
    struct msg *m = scan(a, dir, &plain);
    bool opened = m && m->nparts > 3;
    arena_free(&a);
    return opened;
}

static void
row(const char *dir, const struct row *r, int number, bool packages, int *failed)
{
    struct arena *a = arena_new();
    struct msg *m = scan(a, dir, r);
    if (r->package && !packages) {
        printf("ok %d # SKIP %s: packages are not opened yet\n", number, r->file);
    } else if (right(m, r)) {
        printf("ok %d - T-E7 T-A6 %s\n", number, r->file);
    } else {
        for (int i = 0; m && i < m->nfindings; i++)
            printf("# %s %s [%s]\n", m->findings[i].code, m->findings[i].kind,
                   m->findings[i].evidence);
        printf("not ok %d - %s: wants %s\n", number, r->file, *r->code ? r->code : "nothing");
        (*failed)++;
    }
    arena_free(&a);
}

int
main(void)
{
    static const char *const packs[] = {"oletools", "msoffcrypto", "pdf-active"};
    char dirs[3][40];
    int n = (int)(sizeof rows / sizeof *rows), failed = 0;
    if (access("../shared/data/attach", R_OK) != 0) {
        printf("1..1\nok 1 # SKIP there is no ../shared/data\n");
        return 0;
    }
    g_mime_init();
    charset_preload();
    scanners_prepare();
    bool packages = false;
    for (int k = 0; k < 3; k++) {
        char pack[200];
        snprintf(pack, sizeof pack, "../shared/data/attach/%s.tar.zst", packs[k]);
        snprintf(dirs[k], sizeof dirs[k], "/tmp/sekisho-documents-XXXXXX");
        if (!unpack(pack, dirs[k])) {
            printf("Bail out! cannot unpack %s\n", pack);
            return 1;
        }
        if (k == 0)
            packages = opens_packages(dirs[0]);
    }
    for (int i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            if (strncmp(rows[i].file, packs[k], strlen(packs[k])) == 0)
                row(dirs[k], &rows[i], i + 1, packages, &failed);
    for (int k = 0; k < 3; k++)
        unpack_remove(dirs[k]);
    printf("1..%d\n", n);
    return failed != 0;
}
