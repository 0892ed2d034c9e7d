/*
 * What the words, links and form of a message say, by the statistics (stats/model.h). The score is from
 * about -4 (mail as people want it) to +6; the evidence is the strongest words.
 */
#include "scan.h"
#include "statistics.h"
#include "../msg/msg.h"
#include "../stats/learned.h"
#include "../stats/model.h"
#include "../stats/pack.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/installed.h"
#include "../../common/settings.h"
#include "../../common/token.h"

#include <glib.h>
#include <jansson.h>
#include <string.h>

static struct stats_model model;

/* The model is small beside a worker, and shared by them all: read before they are made. */
static void
prepare(void)
{
    struct arena *a = arena_new();
    const char *path = settings_text(SET_statistics_model);
    struct stats_model fresh = {0};
    struct err e;
    if (!*path)
        path = installed_file(a, "conf/model/statistics.model");
    if (strcmp(path, "none") != 0 && stats_model_load(path, &fresh, &e) < 0) {
        evlog(EVLOG_ERROR, "statistics.model", "reason", e.text, NULL);
    } else {
        stats_model_free(&model);
        model = fresh;
    }
    arena_free(&a);
}

const struct stats_model *
scan_statistics_model(void)
{
    return &model;
}

static const char *
packed(struct arena *a, const struct stats_features *f)
{
    size_t n;
    const unsigned char *p = stats_pack(a, f, &n);
    char *text = g_base64_encode(p, n);
    char *copy = arena_strdup(a, text);
    g_free(text);
    return copy;
}

/* What an organisation's people taught makes a difference for its copies only. It is known to them, so that all of it
 * counts whatever the model knows of the mail. */
static void
add_learned(struct msg *m, const struct stats_features *f, double sum)
{
    double score = stats_curve_score(&model.curve, sum);
    const char *org;
    json_t *text;
    json_object_foreach(json_object_get(m->env->lists, "statistics"), org, text)
    {
        size_t n;
        const char *s = json_string_value(text);
        const unsigned char *p = s ? token_unbase64url(m->arena, s, &n) : NULL;
        double change =
            p ? stats_curve_score(&model.curve, sum + learned_sum(&model, f, p, n)) - score : 0;
        if (change != 0)
            msg_add_finding(m, (struct msg_finding){.scanner = "statistics",
                                                    .code = "learned",
                                                    .kind = "",
                                                    .score = change,
                                                    .evidence = "",
                                                    .org = arena_strdup(m->arena, org)});
    }
}

#define MORE 400 /* bytes, besides twice the page, that plain text may have more than a page */

/* Where there is a page, mail programs show it, and not the plain text that says the same. When that is far longer, it
 * says something else, to programs. The page alone, as a reader has it; NULL: the texts are like each other. */
static const struct msg *
as_shown(const struct msg *m)
{
    struct msg *page;
    struct text_tricks ignored = {0};
    struct buf *b;
    if (m->page_len < 40 || m->page_at <= 2 * m->page_len + MORE)
        return NULL;
    page = arena_memdup(m->arena, m, sizeof *m);
    b = buf_new(m->arena, 0);
    buf_printf(b, "%s\n", m->subject);
    buf_add(b, m->text + m->page_at, m->page_len);
    page->normal = text_normal(m->arena, buf_cstr(b), b->len, &page->normal_len, &ignored);
    page->text = m->text + m->page_at;
    page->text_len = m->page_len;
    return page;
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const struct msg *page;
    struct stats_features f, shown;
    if (!model.weights)
        return;
    stats_features(m->arena, m, &f);
    if ((page = as_shown(m))) {
        stats_features(m->arena, page, &shown);
        if (stats_model_sum(&model, &shown) > stats_model_sum(&model, &f))
            f = shown;
    }
    m->learn = packed(m->arena, &f);
    double sum = stats_model_sum(&model, &f), score = stats_model_score(&model, &f, sum);
    const char *why = stats_model_reasons(m->arena, &model, &f, score > 0);
    msg_add_finding(m, (struct msg_finding){.scanner = "statistics",
                                            .code = "statistics",
                                            .kind = "",
                                            .score = score,
                                            .evidence = why});
    add_learned(m, &f, sum);
}

const struct scanner scan_statistics = {.name = "statistics",
                                        .help = "Words, links and form, by what was learned",
                                        .prepare = prepare,
                                        .run = run};
