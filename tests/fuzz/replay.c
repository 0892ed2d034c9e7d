/*
 * Runs a fuzz target over files, without a fuzzer: replay DIR... prints TAP, one test per file.
 * A crash or a sanitizer report ends the program before its plan, which counts as failed.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static int tests;

static void
replay(const char *path, const char *name)
{
    FILE *f = fopen(path, "re");
    size_t cap = 1 << 20, n = 0, got;
    unsigned char *p = malloc(cap);

    while (f && (got = fread(p + n, 1, cap - n, f)) > 0) {
        n += got;
        if (n == cap)
            p = realloc(p, cap *= 2);
    }
    /* An exact copy, so that a read behind the end is seen. */
    unsigned char *exact = malloc(n ? n : 1);
    memcpy(exact, p, n);
    fprintf(stderr, "%s\n", name);
    LLVMFuzzerTestOneInput(exact, n);
    printf("%sok %d - %s\n", f ? "" : "not ", ++tests, name);
    if (f)
        fclose(f);
    free(exact);
    free(p);
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct dirent **list;
        int n = scandir(argv[i], &list, NULL, alphasort);
        for (int k = 0; k < n; k++) {
            char path[4096];
            snprintf(path, sizeof(path), "%s/%s", argv[i], list[k]->d_name);
            if (list[k]->d_name[0] != '.')
                replay(path, list[k]->d_name);
            free(list[k]);
        }
        if (n >= 0)
            free(list);
    }
    /* The empty input belongs to every corpus. */
    LLVMFuzzerTestOneInput((const unsigned char *)"", 0);
    printf("ok %d - empty input\n1..%d\n", tests + 1, tests + 1);
    return 0;
}
