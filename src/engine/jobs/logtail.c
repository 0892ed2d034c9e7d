#include "logtail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/when.h"

#define QUIET_MS 2000
#define CHUNK (512 * 1024) /* also the longest line that is looked at */

struct logtail {
    char *path;
    int fd; /* of the file at the position, -1 when none is open */
    struct logtail_position at;
    size_t pending; /* bytes handed out and not done yet */
    bool at_end;
    int64_t rotated; /* monotonic ms when another file was first seen under our name; 0: none */
    char *buffer;
};

struct logtail *
logtail_new(const char *path, struct logtail_position at)
{
    struct logtail *t = calloc(1, sizeof *t);

    BUG_IF(!t);
    t->path = strdup(path);
    t->buffer = malloc(CHUNK);
    BUG_IF(!t->path || !t->buffer);
    t->fd = -1;
    t->at = at;
    return t;
}

void
logtail_free(struct logtail **t)
{
    if (!*t)
        return;
    if ((*t)->fd >= 0)
        close((*t)->fd);
    free((*t)->path);
    free((*t)->buffer);
    free(*t);
    *t = NULL;
}

static int
open_log(const char *path, struct stat *st)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd >= 0 && (fstat(fd, st) < 0 || !S_ISREG(st->st_mode))) {
        close(fd);
        errno = EINVAL;
        fd = -1;
    }
    return fd;
}

static bool
is_position(const struct logtail *t, const struct stat *st)
{
    return (int64_t)st->st_dev == t->at.device && (int64_t)st->st_ino == t->at.inode;
}

/* The file we were reading has another name now: log.1, log.20261124-091500 ... */
static int
find_rotated(struct logtail *t)
{
    char dir[4096], full[8192];
    char *slash;
    struct dirent *d;
    struct stat st;
    DIR *all;
    int fd = -1;

    (void)snprintf(dir, sizeof dir, "%s", t->path);
    slash = strrchr(dir, '/');
    if (!slash)
        return -1;
    *slash = '\0';
    all = opendir(dir);
    while (all && fd < 0 && (d = readdir(all)) != NULL) {
        (void)snprintf(full, sizeof full, "%s/%s", dir, d->d_name);
        if (lstat(full, &st) == 0 && S_ISREG(st.st_mode) && is_position(t, &st))
            fd = open_log(full, &st);
    }
    if (all)
        closedir(all);
    return fd;
}

static void
start_of(struct logtail *t, int fd, const struct stat *st)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = fd;
    t->at = (struct logtail_position){(int64_t)st->st_dev, (int64_t)st->st_ino, 0};
}

/* First open: go on where the position says, in whichever file that is now. */
static int
open_first(struct logtail *t, struct err *e)
{
    struct stat st;
    int fd = open_log(t->path, &st), old;

    if (fd < 0)
        return err_set(e, ERR_ENV, "mail-log", "%s: %s", t->path, strerror(errno));
    if (is_position(t, &st)) {
        t->fd = fd;
        return 0;
    }
    old = t->at.inode ? find_rotated(t) : -1;
    if (old >= 0) {
        close(fd);
        t->fd = old;
        return 0;
    }
    if (t->at.inode)
        evlog(EVLOG_WARN, "logfollow.gap", "reason", "the log was rotated and the old file is gone",
              NULL);
    start_of(t, fd, &st);
    return 0;
}

/* At the end of our file: is the log another file by now? A writer may still have ours open, so it
 * counts as finished only after some quiet seconds. */
static bool
next_file(struct logtail *t)
{
    struct stat st;
    int fd = open_log(t->path, &st);

    if (fd < 0 || is_position(t, &st)) {
        if (fd >= 0)
            close(fd);
        t->rotated = 0;
        return false;
    }
    if (!t->rotated)
        t->rotated = when_mono();
    if (when_mono() - t->rotated < QUIET_MS) {
        close(fd);
        return false;
    }
    t->rotated = 0;
    start_of(t, fd, &st);
    return true;
}

static void
check_truncated(struct logtail *t)
{
    struct stat st;

    if (fstat(t->fd, &st) == 0 && st.st_size < t->at.read_to) {
        evlog(EVLOG_WARN, "logfollow.truncated", NULL);
        t->at.read_to = 0;
    }
}

/* Bytes up to the last line end. A line that fills the whole buffer is skipped in pieces. */
static size_t
complete(const char *p, size_t n)
{
    const char *lf = memrchr(p, '\n', n);

    return lf ? (size_t)(lf - p) + 1 : n == CHUNK ? n : 0;
}

int
logtail_read(struct logtail *t, const char **p, size_t *n, struct err *e)
{
    ssize_t got;

    *p = t->buffer;
    *n = 0;
    t->pending = 0;
    t->at_end = false;
    if (t->fd < 0 && open_first(t, e) < 0)
        return -1;
    do {
        check_truncated(t);
        got = pread(t->fd, t->buffer, CHUNK, t->at.read_to);
        if (got < 0)
            return err_set(e, ERR_ENV, "mail-log", "%s: %s", t->path, strerror(errno));
        *n = complete(t->buffer, (size_t)got);
    } while (*n == 0 && next_file(t));
    t->pending = *n;
    if (*n > 0)
        t->rotated = 0;
    t->at_end = (size_t)got < CHUNK && !t->rotated;
    return 0;
}

struct logtail_position
logtail_after(const struct logtail *t)
{
    struct logtail_position at = t->at;

    at.read_to += (int64_t)t->pending;
    return at;
}

void
logtail_done(struct logtail *t)
{
    t->at = logtail_after(t);
    t->pending = 0;
}

bool
logtail_at_end(const struct logtail *t)
{
    return t->at_end;
}
