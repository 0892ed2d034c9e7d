#include "master_key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/err.h"
#include "../common/settings.h"

int
master_key_read(unsigned char out[32], struct err *e)
{
    const char *path = settings_path("key/master.key");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    unsigned char extra;
    ssize_t n;

    if (fd < 0)
        return err_set(e, ERR_ENV, "master-key",
                       "%s: %s: make run creates it; restore it if it was lost", path,
                       strerror(errno));
    if (fstat(fd, &st) < 0 || (st.st_mode & 077) != 0) {
        close(fd);
        return err_set(e, ERR_ENV, "master-key", "%s: others may read it: chmod 400 %s", path,
                       path);
    }
    n = read(fd, out, 32);
    if (n != 32 || read(fd, &extra, 1) != 0) {
        close(fd);
        return err_set(e, ERR_ENV, "master-key", "%s: must have 32 bytes: restore it", path);
    }
    close(fd);
    return 0;
}
