/*
 * How people write, on mailing lists (F26): authors with many mails, the earlier half learned, the later half asked about, and the
 * later halves of the others in their name. Skipped where the pack is not there.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmime/gmime.h>

extern char **environ;

#include "unpack.h"
#include "common/arena.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/style/style.h"

#define PACK "../shared/data/mail/spamassassin-corpus.tar.zst"
#define AUTHORS 1000
#define MAILS 300
#define ENOUGH 24 /* mails of an author */

static struct author {
    char address[100];
    int n;
    double mails[MAILS][STYLE_FEATURES];
    struct style style;
} authors[AUTHORS];
static int nauthors;
static struct style everybody;

/* As writing_style_note() does it. */
static void
add(struct style *s, const double x[STYLE_FEATURES])
{
    s->mails++;
    for (int i = 0; i < STYLE_FEATURES; i++) {
        double d = x[i] - s->mean[i];
        s->mean[i] += d / s->mails;
        s->m2[i] += d * (x[i] - s->mean[i]);
    }
}

static struct author *
author_of(const char *address)
{
    for (int i = 0; i < nauthors; i++)
        if (strcmp(authors[i].address, address) == 0)
            return &authors[i];
    if (nauthors == AUTHORS || strlen(address) >= sizeof authors->address)
        return NULL;
    strcpy(authors[nauthors].address, address);
    return &authors[nauthors++];
}

static void
read_mail(const char *path)
{
    struct arena *a = arena_new();
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size < 1000000) {
        unsigned char *raw = arena_alloc(a, (size_t)st.st_size + 1);
        ssize_t n = read(fd, raw, (size_t)st.st_size);
        struct msg *m = n > 0 ? msg_scan(a, raw, (size_t)n, NULL) : NULL;
        struct author *w = m ? author_of(m->from) : NULL;
        if (w && w->n < MAILS && style_measure(m->text, m->text_len, w->mails[w->n]))
            w->n++;
    }
    if (fd >= 0)
        close(fd);
    arena_free(&a);
}

static void
read_pack(const char *dir)
{
    char path[600], line[4000];
    FILE *f;

    snprintf(path, sizeof path, "%s/spamassassin-corpus/labels.tsv", dir);
    f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f)) {
        char *save, *file = strtok_r(line, "\t\n", &save), *is = strtok_r(NULL, "\t\n", &save);
        if (!file || !is || strcmp(is, "ham") != 0 || strncmp(file, "easy", 4) != 0)
            continue;
        snprintf(path, sizeof path, "%s/spamassassin-corpus/%.200s", dir, file);
        read_mail(path);
    }
    if (f)
        fclose(f);
}

int
main(void)
{
    char dir[] = "/tmp/sekisho-style-XXXXXX";
    int own = 0, own_over = 0, others = 0, others_over = 0, writers = 0;
    double sum[60] = {0}, foreign[60] = {0};

    if (access(PACK, R_OK)) {
        printf("ok 1 - mailing lists # SKIP there is no " PACK "\n1..1\n");
        return 0;
    }
    g_mime_init();
    charset_preload();
    if (unpack(PACK, dir))
        read_pack(dir);
    unpack_remove(dir);
    for (int i = 0; i < nauthors; i++)
        if (authors[i].n >= ENOUGH) {
            writers++;
            for (int k = 0; k < authors[i].n / 2; k++)
                add(&authors[i].style, authors[i].mails[k]);
        }
    for (int i = 0; i < nauthors; i++)
        for (int k = 0; k < authors[i].n / 2 && k < 10; k++)
            add(&everybody, authors[i].mails[k]);
    for (int i = 0; i < nauthors; i++)
        for (int o = 0; authors[i].n >= ENOUGH && o < nauthors; o++)
            for (int k = authors[o].n / 2; authors[o].n >= ENOUGH && k < authors[o].n; k++) {
                double d = style_differs(&authors[i].style, &everybody, authors[o].mails[k]);
                int at = d * 20 < 59 ? (int)(d * 20) : 59;
                (i == o ? sum : foreign)[at]++;
                *(i == o ? &own : &others) += 1;
                *(i == o ? &own_over : &others_over) += d >= STYLE_DIFFERS;
            }
    for (int t = 10; t < 45; t++) {
        double a = 0, b = 0;
        for (int k = t; k < 60; k++)
            a += sum[k], b += foreign[k];
        if (getenv("FIGURES"))
            printf("# %.2f: own %.1f %%, others %.1f %%\n", t / 20.0, a / own * 100,
                   b / others * 100);
    }
    printf("# %d authors; over %.2f: %d of %d own mails, %d of %d of others\n", writers,
           STYLE_DIFFERS, own_over, own, others_over, others);
    bool ok = writers >= 10 && own_over * 50 <= own && others_over * 8 >= others;
    printf("%sok 1 - F26 writing styles are told apart\n1..1\n", ok ? "" : "not ");
    return !ok;
}
