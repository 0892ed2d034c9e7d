#include "zip_seal.h"
#include "../../common/arena.h"
#include "../../common/err.h"

#include <archive.h>
#include <archive_entry.h>

#define ROOM 4096 /* heads, salt, code, directory; and what deflate adds to what it cannot pack */

static int
failed(struct archive *z, struct err *e)
{
    const char *why = archive_error_string(z);
    return err_set(e, ERR_ENV, "zip", "the ZIP file cannot be made: %s", why ? why : "unknown");
}

static int
write_file(struct archive *z, const char *name, const void *p, size_t n, struct err *e)
{
    struct archive_entry *entry = archive_entry_new();
    int rc = -1;
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (la_int64_t)n);
    if (archive_write_header(z, entry) == ARCHIVE_OK &&
        archive_write_data(z, p, n) == (la_ssize_t)n)
        rc = 0;
    else
        (void)failed(z, e);
    archive_entry_free(entry);
    return rc;
}

int
zip_seal(struct arena *a, const char *name, const void *p, size_t n, const char *password,
         unsigned char **zip, size_t *len, struct err *e)
{
    struct archive *z = archive_write_new();
    size_t room = n + n / 1000 + ROOM;
    int rc = -1;
    *zip = arena_alloc(a, room);
    *len = 0;
    if (archive_write_set_format_zip(z) != ARCHIVE_OK ||
        archive_write_set_options(z, "zip:encryption=aes256") != ARCHIVE_OK ||
        archive_write_set_passphrase(z, password) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(z, 1) != ARCHIVE_OK ||
        archive_write_open_memory(z, *zip, room, len) != ARCHIVE_OK)
        (void)failed(z, e);
    else if (write_file(z, name, p, n, e) == 0)
        rc = archive_write_close(z) == ARCHIVE_OK ? 0 : failed(z, e);
    archive_write_free(z);
    return rc;
}
