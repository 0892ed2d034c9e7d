/*
 * The time line of a message: one sentence per stored event (steps.def), and below it what the
 * event's detail says. Details are JSON objects written by gate and jobs; every key is optional, so
 * that old rows and rows of a newer engine are shown as well as they can be.
 */
#include <string.h>

#include "../../common/jsonx.h"
#include "../view.h"
#include "pg_tracking.h"

static const struct step_kind {
    const char *kind, *icon, *tone, *text;
} kinds[] = {
#define STEP(kind, icon, tone, text) {#kind, icon, tone, text},
#include "../steps.def"
#undef STEP
};

static const struct step_kind *
find(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].kind, kind))
            return &kinds[i];
    return NULL;
}

/* Pieces of the second line, with a dot between them. */
static void
add(struct buf *b, const char *text)
{
    if (!text || !*text)
        return;
    if (b->len)
        buf_str(b, " · ");
    buf_str(b, text);
}

static const char *
received_text(struct web_req *r, const struct pg_track_page *v)
{
    struct buf *b = buf_new(r->a, 0);
    add(b, TF(T("From {ip}"), "ip", v->client_ip));
    add(b, *v->tls ? v->tls : T("not encrypted"));
    add(b, view_bytes(r, v->bytes));
    return buf_cstr(b);
}

static const char *
scanned_text(struct web_req *r, const struct pg_track_page *v)
{
    struct buf *b = buf_new(r->a, 0);
    add(b, TF(T("Score {score}, limit {limit}"), "score", view_decimal(r, v->score, 1), "limit",
              view_decimal(r, v->threshold, 1)));
    add(b, TF(TN("{n} part checked", "{n} parts checked", v->scan.nparts), "n",
              view_int(r, v->scan.nparts)));
    add(b, v->scan_time);
    return buf_cstr(b);
}

/* The first of several names under which a text may stand. */
static const char *
any_of(struct web_req *r, const json_t *detail, const char *const *names)
{
    for (; *names; names++) {
        const char *s = jsonx_str(detail, *names);
        if (s && *s)
            return view_safe(r, s);
    }
    return "";
}

static const char *
detail_text(struct web_req *r, const struct pg_track_page *v, const struct pg_event *e,
            const json_t *detail)
{
    static const char *const hosts[] = {"relay", "host", "server", NULL};
    static const char *const rules[] = {"rule", NULL};
    struct buf *b = buf_new(r->a, 0);
    const char *s;

    if (!strcmp(e->kind, "received"))
        return received_text(r, v);
    if (!strcmp(e->kind, "scanned"))
        return scanned_text(r, v);
    if (*e->address && v->nrcpts > 1)
        add(b, TF(T("for {address}"), "address", e->address));
    s = jsonx_str(detail, "kind");
    if (s && *s)
        add(b, T(ui_kind(s)->admin_word));
    s = any_of(r, detail, rules);
    if (*s)
        add(b, TF(T("Rule: {rule}"), "rule", ui_rule(r, s)));
    s = any_of(r, detail, hosts);
    if (*s)
        add(b, TF(T("Server {host}"), "host", s));
    s = jsonx_str(detail, "tls");
    if (s)
        add(b, view_safe(r, s));
    return buf_cstr(b);
}

static struct pg_step
step(struct web_req *r, const struct pg_track_page *v, const struct pg_event *e)
{
    static const char *const replies[] = {"reply", "text", "reason", "error", NULL};
    const struct step_kind *k = find(e->kind);
    struct pg_step s = {.icon = "info", .tone = "", .title = e->kind, .sub = "", .reply = ""};
    json_t *detail = NULL;

    if (jsonx_load(r->a, e->detail, strlen(e->detail), 1024 * 1024, &detail, NULL) < 0)
        detail = NULL;
    if (k) {
        s.icon = k->icon;
        s.tone = k->tone;
        s.title = TF(T(k->text), "who", *e->who ? e->who : "Sekisho");
    }
    if (!strcmp(e->kind, "scanned") && v->nreasons) {
        s.icon = v->reasons[0].icon;
        s.tone = v->reasons[0].tone;
        s.title = v->reasons[0].text;
    }
    s.sub = detail_text(r, v, e, detail);
    s.reply = any_of(r, detail, replies);
    s.at = e->at;
    return s;
}

void
pg_timeline(struct web_req *r, struct pg_track_page *v, const struct pg_event *events, int n)
{
    struct pg_step *steps = arena_calloc(r->a, (size_t)n + 1, sizeof *steps);

    for (int i = 0; i < n; i++)
        steps[i] = step(r, v, &events[i]);
    v->steps = steps;
    v->nsteps = n;
}
