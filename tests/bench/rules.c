/*
 * What rules cost: CPU time a mail of rules_check() with the installed rule files, in one process, the best of
 * some rounds; how long a set takes to make and how much memory. The last line has a checksum of all findings:
 * two builds that find the same print the same, and so does PLAIN=1, without filters and short cuts.
 * make build/tests/bench/rules && build/tests/bench/rules ROUNDS FILE...; SHOW=1 prints the findings.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/rules/rules.h"

#define FOLDERS "/usr/share/spamassassin:/etc/spamassassin"

static double
cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
resident_mib(void)
{
    FILE *f = fopen("/proc/self/statm", "re");
    long all = 0, resident = 0;
    if (f && fscanf(f, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    return (double)resident * 4096 / 1048576;
}

struct mail {
    const char *name, *p;
    size_t n;
};

static void
slurp(struct arena *a, struct mail *m)
{
    FILE *f = fopen(m->name, "re");
    struct buf *b = buf_new(a, 0);
    char part[65536];
    for (size_t k; f && (k = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(b, part, k);
    if (f)
        fclose(f);
    m->p = buf_cstr(b);
    m->n = b->len;
}

/* FNV-1a of all that would be shown of a mail. */
static uint64_t
findings(const struct ruleset *set, const struct rules_result *r, const struct mail *m, uint64_t h)
{
    for (int i = 0; i < rules_count(set); i++) {
        struct rule_facts f = rules_facts(set, i);
        if (r->hits[i] <= 0 || f.sub)
            continue;
        if (getenv("SHOW"))
            printf("%s\t%s\t%g\n", m->name, f.name, r->hits[i]);
        for (const char *p = f.name; *p; p++)
            h = (h ^ (unsigned char)*p) * 0x100000001b3u;
        h = (h ^ (uint64_t)(r->hits[i] * 1000)) * 0x100000001b3u;
    }
    return h ^ (uint64_t)(r->late + 2 * r->given_up);
}

int
main(int argc, char **argv)
{
    struct arena *a = arena_new();
    int rounds = argc > 1 ? atoi(argv[1]) : 1, n = argc - 2;
    double before = cpu_ms(), room = resident_mib(), best = 0, slowest = 0;
    uint64_t sum = 0xcbf29ce484222325u;
    struct ruleset *set =
        rules_load(FOLDERS, RULES_SCORE_SET | (getenv("PLAIN") ? RULES_ALL | RULES_PLAIN : 0));
    if (!set || n < 1)
        return 1;
    struct rules_totals t = rules_totals(set);
    printf("made in %.0f ms, %.1f MiB more resident, %.1f MiB compiled; %d rules run, %d "
           "expressions behind the "
           "filter, %d not\n",
           cpu_ms() - before, resident_mib() - room, (double)t.bytes / 1048576, t.running,
           t.filtered, t.unfiltered);
    struct mail *mails = arena_calloc(a, (size_t)n, sizeof *mails);
    for (int i = 0; i < n; i++) {
        mails[i].name = argv[i + 2];
        slurp(a, &mails[i]);
    }
    for (int k = 0; k < rounds; k++) {
        double start = cpu_ms();
        for (int i = 0; i < n; i++) {
            struct arena *scratch = arena_new();
            struct rules_result r;
            double one = cpu_ms();
            rules_check(set, scratch, NULL, mails[i].p, mails[i].n, &r);
            one = cpu_ms() - one;
            slowest = one > slowest ? one : slowest;
            if (k == 0)
                sum = findings(set, &r, &mails[i], sum);
            arena_free(&scratch);
        }
        double ms = (cpu_ms() - start) / n;
        best = k == 0 || ms < best ? ms : best;
    }
    printf("%d mails: %.3f ms CPU a mail, slowest %.1f ms\nfindings %016" PRIx64 "\n", n, best,
           slowest, sum);
    rules_free(&set);
    arena_free(&a);
    return 0;
}
