/* sekisho-engine: reads the settings, then supervises gate, scan workers, rpc and jobs. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/settings.h"
#include "heap.h"
#include "supervisor.h"

#define VERSION "0.1.0"

static int
usage(void)
{
    fputs("usage: sekisho-engine [--config FILE] [--print-settings] [--version]\n", stderr);
    return 2;
}

/* Descriptors 0, 1 and 2 must exist, or a socket would take the place of the log. */
static void
open_standard_streams(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

/* One session takes a descriptor or two, so the soft limit is raised to the hard one (F-17). */
static void
raise_descriptors(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max > 65536 ? 65536 : r.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &r);
    }
}

int
main(int argc, char **argv)
{
    const char *config = NULL;
    bool print = false;
    struct err e = {0};

    open_standard_streams();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--version") == 0) {
            puts("sekisho-engine " VERSION);
            return 0;
        } else if (strcmp(argv[i], "--print-settings") == 0) {
            print = true;
        } else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            config = argv[++i];
        } else {
            return usage();
        }
    }
    if (settings_load(config, &e) < 0) {
        fprintf(stderr, "sekisho-engine: %s\n", e.text);
        return 1;
    }
    if (print) {
        settings_print();
        return 0;
    }
    umask(077);
    raise_descriptors();
    heap_give_back();
    evlog_init("engine");
    if (supervisor_run(argc, argv, &e) < 0) {
        fprintf(stderr, "sekisho-engine: %s\n", e.text);
        return 1;
    }
    return 0;
}
