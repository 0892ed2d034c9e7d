/*
 * What the words, links and form of a message say, by the statistics (stats/model.h). The score is from
 * about -4 (mail as people want it) to +6; the evidence is the strongest words.
 */
#include "scan.h"
#include "../msg/msg.h"
#include "../stats/model.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/installed.h"
#include "../../common/settings.h"

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

static void
run(struct scan_ctx *c)
{
    struct stats_features f;
    if (!model.weights)
        return;
    stats_features(c->msg->arena, c->msg, &f);
    double score = stats_curve_score(&model.curve, stats_model_sum(&model, &f));
    const char *why = stats_model_reasons(c->msg->arena, &model, &f, score > 0);
    msg_add_finding(c->msg, (struct msg_finding){.scanner = "statistics",
                                                 .code = "statistics",
                                                 .kind = "",
                                                 .score = score,
                                                 .evidence = why});
}

const struct scanner scan_statistics = {.name = "statistics",
                                        .help = "Words, links and form, by what was learned",
                                        .prepare = prepare,
                                        .run = run};
