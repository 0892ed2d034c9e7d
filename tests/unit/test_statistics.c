/* Features, model, training, and what people teach (T-E8). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/token.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/scan/scan.h"
#include "engine/scan/statistics.h"
#include "engine/stats/learned.h"
#include "engine/stats/model.h"
#include "engine/stats/pack.h"
#include "engine/stats/train.h"

static const char *const spam_words[] = {"cheap",  "pills", "winner", "prize",  "claim",
                                         "urgent", "money", "free",   "casino", "viagra"};
static const char *const ham_words[] = {"meeting", "report", "agenda",  "thanks", "project",
                                        "minutes", "patch",  "release", "kernel", "lunch"};

static struct msg *
message(struct arena *a, const char *raw)
{
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

static struct stats_features
features(struct arena *a, const char *raw)
{
    struct stats_features f;
    stats_features(a, message(a, raw), &f);
    return f;
}

static bool
has(const struct stats_features *f, const char *word)
{
    for (size_t i = 0; i < f->n; i++)
        if (!f->v[i].before && strcmp(f->v[i].word, word) == 0)
            return true;
    return false;
}

/* The n-th mail of a kind: words in another order each time. */
static const char *
mail(struct arena *a, bool spam, unsigned n)
{
    struct buf *b = buf_new(a, 0);
    const char *const *words = spam ? spam_words : ham_words;
    buf_printf(b,
               "From: Somebody <s%u@%s.example>\nTo: kim@example.org\nSubject: %s %s\n"
               "Message-ID: <%u@x.example>\n\n",
               n, spam ? "shop" : "office", words[n % 10], words[(n * 3 + 1) % 10], n);
    for (unsigned i = 0; i < 40; i++)
        buf_printf(b, "%s ", words[(n * 7 + i * i + i) % 10]);
    return buf_cstr(b);
}

static struct train_sample
sample(struct arena *a, const char *raw, bool spam)
{
    struct train_sample s = {.spam = spam};
    struct stats_features f = features(a, raw);
    train_sample(a, &f, &s);
    token_sha256(raw, strlen(raw), s.digest);
    return s;
}

static struct stats_model
trained(struct arena *a)
{
    struct train_sample s[80];
    struct stats_model m = {0};
    struct err e;
    for (unsigned i = 0; i < 80; i++)
        s[i] = sample(a, mail(a, i % 2, i), i % 2);
    assert_int_equal(train_model(a, s, 80, &m, &e), 0);
    return m;
}

static double
sum(struct arena *a, const struct stats_model *m, const char *raw)
{
    struct stats_features f = features(a, raw);
    return stats_model_sum(m, &f);
}

/* ------------------------------------------------------------------ features */

static void
words(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct stats_features f = features(
        a, "From: Anna <anna@shop.example>\nTo: kim.berg@example.org\nSubject: [list] Re: Pay "
           "12,345.67 now\n\nDear Kim, visit http://evil.example/x or mail bob@x.example about "
           "order 4711 and k3j4h5g6f7d8 for $99.95. Don't wait!!\n");
    assert_true(has(&f, "subject: pay"));
    assert_false(has(&f, "subject: list"));
    assert_true(has(&f, "<you>")); /* the recipient's own name tells nothing */
    assert_false(has(&f, "kim"));
    assert_true(has(&f, "<url>"));
    assert_true(has(&f, "<addr>"));
    assert_true(has(&f, "<id>"));
    assert_true(has(&f, "#4"));
    assert_true(has(&f, "$4."));
    assert_true(has(&f, "dont"));
    assert_true(has(&f, "!!"));
    assert_true(has(&f, "link to evil.example"));
    arena_free(&a);
}

static void
scripts_without_spaces(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct stats_features f =
        features(a, "Content-Type: text/plain; charset=utf-8\n\n"
                    "\xe5\xbd\x93\xe9\x81\xb8\xe3\x81\x8a\xe3\x82\x81\xe3\x81\xa7\n");
    assert_true(has(&f, "\xe5\xbd\x93\xe9\x81\xb8"));
    assert_true(has(&f, "\xe9\x81\xb8\xe3\x81\x8a"));
    /* zero width space and soft hyphen inside, full-width letters: the same word */
    f = features(a, "Content-Type: text/plain; charset=utf-8\n\n"
                    "ca\xe2\x80\x8bsi\xc2\xadno \xef\xbc\xa3\xef\xbd\x81\xef\xbd\x93h\n");
    assert_true(has(&f, "casino"));
    assert_true(has(&f, "cash"));
    arena_free(&a);
}

/* Numbers, dates, relays and the fields of other filters do not tell a message from its twin. */
static void
general(void **state)
{
    struct arena *a = arena_new();
    const char *one = "Received: from a.example by b.example; Mon, 1 Jan 2001 10:00:00 +0000\n"
                      "X-Spam-Status: Yes\nFrom: a@x.example\nTo: kim@example.org\nSubject: Order "
                      "1234\nDate: Mon, 1 Jan 2001 10:00:00 +0000\n\nYour order 1234, Kim\n";
    const char *two = "Received: from c.test by d.test; Tue, 2 Feb 2021 11:11:11 +0100\n"
                      "From: a@x.example\nTo: lee@example.net\nSubject: Order 9876\n"
                      "Date: Tue, 2 Feb 2021 11:11:11 +0100\n\nYour order 9876, Lee\n";
    struct stats_features f = features(a, one), g = features(a, two);
    (void)state;
    assert_int_equal(f.n, g.n);
    for (size_t i = 0; i < f.n; i++)
        assert_int_equal(f.v[i].index, g.v[i].index);
    arena_free(&a);
}

static void
limits(void **state)
{
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_str(b, "Subject: x\n\n");
    for (unsigned i = 0; i < 100000; i++)
        buf_printf(b, "w%c%c%c%c ", 'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26),
                   'a' + (int)(i / 676 % 26), 'a' + (int)(i / 17576 % 26));
    struct stats_features f = features(a, buf_cstr(b));
    assert_true(f.n < STATS_TEXT_WORDS * 2 + 500);
    for (size_t i = 0; i < f.n; i++) {
        assert_true(f.v[i].index < STATS_SPACE);
        assert_non_null(f.v[i].word);
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(f.v[i].index, f.v[k].index);
    }
    arena_free(&a);
}

static void
packed(void **state)
{
    struct arena *a = arena_new();
    struct stats_features f = features(a, mail(a, true, 1));
    struct train_sample s, t;
    size_t n, was;
    (void)state;
    unsigned char *p = stats_pack(a, &f, &n);
    assert_true(stats_unpack(a, p, n, &s));
    train_sample(a, &f, &t);
    assert_int_equal(s.n, t.n);
    assert_memory_equal(s.count, t.count, sizeof s.count);
    for (was = 0; was < n; was++)
        assert_false(stats_unpack(a, p, was, &s)); /* cut anywhere */
    p[0]++;
    assert_false(stats_unpack(a, p, n, &s)); /* of another version */
    arena_free(&a);
}

/* ------------------------------------------------------------------ model */

static void
learns(void **state)
{
    struct arena *a = arena_new();
    struct stats_model m = trained(a);
    (void)state;
    for (unsigned i = 100; i < 120; i++) {
        assert_true(sum(a, &m, mail(a, true, i)) > 0);
        assert_true(sum(a, &m, mail(a, false, i)) < 0);
    }
    struct stats_features f = features(a, mail(a, true, 100));
    /* Evidence is words of the mail: everything else would be English on every page. */
    const char *why = stats_model_reasons(a, &m, &f, true);
    assert_int_equal(why[0], '"');
    assert_null(strstr(why, ": "));
    arena_free(&a);
}

/* The order in which samples come makes no difference, to the byte. */
static void
reproducible(void **state)
{
    struct arena *a = arena_new();
    struct train_sample s[40], t[40];
    struct stats_model m = {0}, k = {0};
    size_t n1, n2;
    struct err e;
    (void)state;
    for (unsigned i = 0; i < 40; i++)
        t[39 - i] = s[i] = sample(a, mail(a, i % 2, i), i % 2);
    assert_int_equal(train_model(a, s, 40, &m, &e), 0);
    assert_int_equal(train_model(a, t, 40, &k, &e), 0);
    unsigned char *p = stats_model_write(a, &m, &n1), *q = stats_model_write(a, &k, &n2);
    assert_int_equal(n1, n2);
    assert_memory_equal(p, q, n1);
    assert_int_equal(train_model(a, s, 1, &m, &e), -1);
    arena_free(&a);
}

/* Where all Japanese that was learned is spam, a Japanese word says nothing. */
static void
language(void **state)
{
    struct arena *a = arena_new();
    struct train_sample s[80];
    struct stats_model m = {0};
    const char *raw = "Content-Type: text/plain; charset=utf-8\n\n\xe5\xbd\x93\xe9\x81\xb8\xe3\x81"
                      "\x8a\xe3\x82\x81\xe3\x81\xa7 cheap pills\n";
    struct stats_features f = features(a, raw);
    int words = 0;
    struct err e;
    (void)state;
    for (unsigned i = 0; i < 80; i++)
        s[i] = i % 4 == 1 ? sample(a, raw, true) : sample(a, mail(a, i % 2, i), i % 2);
    assert_int_equal(train_model(a, s, 80, &m, &e), 0);
    for (size_t i = 0; i < f.n; i++)
        if (f.v[i].group == STATS_SCRIPTS) {
            assert_int_equal(m.weights[f.v[i].index], 0);
            words++;
        } else if (f.v[i].group == STATS_TEXT && strcmp(f.v[i].word, "pills") == 0) {
            assert_true(m.weights[f.v[i].index] > 0);
        }
    assert_true(words >= 4);
    /* nor does a weight of another feature that has the same number */
    int8_t *w = arena_alloc(a, STATS_SPACE);
    memcpy(w, m.weights, STATS_SPACE);
    double before = stats_model_sum(&m, &f);
    for (size_t i = 0; i < f.n; i++)
        if (f.v[i].group == STATS_SCRIPTS)
            w[f.v[i].index] = 127;
    m.weights = w;
    assert_false(m.scripts);
    assert_true(fabs(stats_model_sum(&m, &f) - before) < 1e-9);
    m.scripts = true;
    assert_true(stats_model_sum(&m, &f) > before);
    arena_free(&a);
}

/* Most weights are much smaller than the strongest: a byte is its square, so that they are not lost. */
static void
bytes_of_weights(void **state)
{
    (void)state;
    assert_int_equal(stats_weight(0), 0);
    assert_int_equal(stats_weight(-3), -9);
    assert_int_equal(stats_weight(127), STATS_WEIGHT_MOST);
}

static void
file(void **state)
{
    struct arena *a = arena_new();
    struct stats_model m = trained(a), k;
    struct err e;
    size_t n;
    (void)state;
    unsigned char *p = stats_model_write(a, &m, &n);
    assert_int_equal(stats_model_read(p, n, &k, &e), 0);
    assert_memory_equal(m.weights, k.weights, STATS_SPACE);
    double one = sum(a, &m, mail(a, true, 7)), other = sum(a, &k, mail(a, true, 7));
    assert_true(one - other < 1e-3 && other - one < 1e-3);
    stats_model_free(&k);
    for (size_t cut = 0; cut < n; cut += n / 50 + 1)
        assert_int_equal(stats_model_read(p, cut, &k, &e), -1);
    p[n / 2] ^= 1;
    assert_int_equal(stats_model_read(p, n, &k, &e), -1);
    assert_string_equal(e.code, "model");
    arena_free(&a);
}

static void
curve(void **state)
{
    struct stats_curve c = {3, {-2, 0, 4}, {-1, 1, 5}};
    (void)state;
    assert_true(stats_curve_score(&c, -100) == -1);
    assert_true(stats_curve_score(&c, 100) == 5);
    assert_true(stats_curve_score(&c, 0) == 1);
    assert_true(stats_curve_score(&c, 2) == 3);
    assert_true(stats_curve_score(&c, -1) == 0);
}

/* A mail whose links the model does not know gets fewer points, for and against, but never less than half. */
static void
unknown_links(void **state)
{
    struct arena *a = arena_new();
    int8_t *w = arena_calloc(a, STATS_SPACE, 1);
    struct stats_model m = {.weights = w, .scale = 1, .curve = {3, {-2, 0, 4}, {-1, 1, 5}}};
    struct stats_features f = features(
        a, "From: a@b.example\nSubject: x\n\nhttp://one.example/a/b http://two.example/c\n");
    uint32_t links = f.count[STATS_LINKS], known = 0;
    (void)state;
    assert_true(links >= 4);
    assert_true(stats_model_score(&m, &f, 100) == 2.5);
    assert_true(stats_model_score(&m, &f, -100) == -0.5);
    for (size_t i = 0; i < f.n && known * 4 < links * 3; i++)
        if (f.v[i].group == STATS_LINKS) {
            w[f.v[i].index] = known % 2 ? 1 : -1;
            known++;
        }
    assert_true(fabs(stats_model_score(&m, &f, 100) - 5.0 * known / links) < 0.006);
    for (size_t i = 0; i < f.n; i++)
        if (f.v[i].group == STATS_LINKS)
            w[f.v[i].index] = 1;
    assert_true(stats_model_score(&m, &f, 100) == 5);
    arena_free(&a);
}

/* ------------------------------------------------------------------ what people teach */

struct teaching {
    struct arena *a;
    struct stats_model m;
    struct learned_sample s[300];
    size_t n;
};

static void
teach(struct teaching *t, const char *who, const char *raw, bool spam, bool trusted)
{
    t->s[t->n++] = (struct learned_sample){sample(t->a, raw, spam), who, trusted, false};
}

/* A copy of the samples is judged: learned_build() sorts them. */
static double
change(struct teaching *t, const char *raw)
{
    struct learned_sample s[300];
    struct stats_features f = features(t->a, raw);
    size_t n;
    memcpy(s, t->s, sizeof s);
    const unsigned char *p = learned_build(t->a, &t->m, s, t->n, &n);
    return n ? learned_sum(&t->m, &f, p, n) : 0;
}

static struct teaching *
begin(struct arena *a)
{
    struct teaching *t = arena_alloc(a, sizeof *t);
    t->a = a;
    t->m = trained(a);
    return t;
}

static void
one_person_moves_nobody(void **state)
{
    struct arena *a = arena_new();
    struct teaching *t = begin(a);
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        teach(t, "mallory", mail(a, true, 200 + i), false, false);
    for (unsigned i = 0; i < 40; i++) {
        assert_true(change(t, mail(a, true, 300 + i)) == 0);
        assert_true(change(t, mail(a, false, 300 + i)) == 0);
    }
    /* Nor in the company of others, who teach other things. */
    teach(t, "ann", mail(a, false, 401), false, false);
    teach(t, "bob", mail(a, false, 402), false, false);
    assert_true(change(t, mail(a, true, 300)) == 0);
    arena_free(&a);
}

static void
people_who_agree(void **state)
{
    struct arena *a = arena_new();
    struct teaching *t = begin(a);
    const char *campaign = mail(a, true, 500);
    (void)state;
    teach(t, "ann", campaign, false, false);
    teach(t, "bob", campaign, false, false);
    assert_true(change(t, campaign) == 0);
    teach(t, "cem", campaign, false, false);
    assert_true(change(t, campaign) < -0.3);
    arena_free(&a);
}

static void
administrator(void **state)
{
    struct arena *a = arena_new();
    struct teaching *t = begin(a);
    (void)state;
    teach(t, "admin", mail(a, true, 500), false, true);
    assert_true(change(t, mail(a, true, 500)) < -0.1);
    arena_free(&a);
}

/* A sample that is deleted leaves no trace: the same bytes as if it had never been. */
static void
undo(void **state)
{
    struct arena *a = arena_new();
    struct teaching *t = begin(a);
    size_t n1, n2;
    (void)state;
    teach(t, "admin", mail(a, true, 500), false, true);
    teach(t, "admin", mail(a, false, 501), true, true);
    struct learned_sample s[3] = {t->s[0], t->s[1]}, r[2] = {t->s[1], t->s[0]};
    unsigned char *p = learned_build(a, &t->m, s, 2, &n1);
    s[2] = (struct learned_sample){sample(a, mail(a, true, 502), false), "admin", true, false};
    unsigned char *with = learned_build(a, &t->m, s, 3, &n2);
    assert_true(n1 != n2 || memcmp(p, with, n1) != 0);
    unsigned char *q = learned_build(a, &t->m, r, 2, &n2);
    assert_int_equal(n1, n2);
    assert_memory_equal(p, q, n1);
    arena_free(&a);
}

/* The scanner: what one organisation taught is a finding of its own, for its copies only. */
static void
of_organisation(void **state)
{
    struct arena *a = arena_new();
    struct learned_sample s = {sample(a, mail(a, true, 500), false), "admin", true, false};
    const struct stats_model *m = scan_statistics_model();
    struct envelope env = {"", "", "", "", "", NULL, 0, "in", NULL};
    const char *raw = mail(a, true, 500);
    int own = 0;
    size_t n;
    (void)state;
    scanners_prepare();
    assert_non_null(m->weights); /* the one that comes with Sekisho */
    const unsigned char *p = learned_build(a, m, &s, 1, &n);
    json_t *lists = json_pack("{s:{s:s, s:s, s:i}}", "statistics", "org-1",
                              token_base64url(a, p, n), "org-2", "not such bytes", "org-3", 7);
    env.lists = lists;
    struct msg *x = msg_scan(a, (const unsigned char *)raw, strlen(raw), &env);
    for (int i = 0; i < x->nfindings; i++) {
        const struct msg_finding *f = &x->findings[i];
        if (strcmp(f->scanner, "statistics") != 0)
            continue;
        if (strcmp(f->code, "learned") == 0) {
            assert_string_equal(f->org, "org-1");
            assert_true(f->score < 0);
            own++;
        } else {
            assert_string_equal(f->org, "");
            assert_string_not_equal(f->evidence, "");
        }
    }
    assert_int_equal(own, 1);
    json_decref(lists);
    arena_free(&a);
}

static double
statistics(const struct msg *m)
{
    for (int i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].code, "statistics") == 0)
            return m->findings[i].score;
    fail();
    return 0;
}

/* Plain text that no mail program shows, since there is a page, does not make the page better. */
static void
good_words_nobody_sees(void **state)
{
    static const char page[] =
        "<html><p>Congratulations! Click here to claim your free prize money today! "
        "Limited offer, order cheap pills now, act now, casino bonus.</p></html>";
    struct arena *a = arena_new();
    struct buf *good = buf_new(a, 0);
    (void)state;
    scanners_prepare();
    for (int i = 0; i < 100; i++)
        buf_str(good,
                "Thanks for the patch. The regression tests of the kernel tree pass on Tuesday. ");
    const char *head = "From: a@b.example\nTo: c@d.example\nSubject: hello\nMIME-Version: 1.0\n";
    struct msg *alone = message(a, arena_printf(a, "%sContent-Type: text/html\n\n%s", head, page));
    struct msg *behind =
        message(a, arena_printf(a,
                                "%sContent-Type: multipart/alternative; boundary=b\n\n--b\n\n%s\n"
                                "--b\nContent-Type: text/html\n\n%s\n--b--\n",
                                head, buf_cstr(good), page));
    assert_true(statistics(alone) > 2);
    assert_true(statistics(behind) > statistics(alone) - 1);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"features: classes, the recipient's name, links", words, NULL, NULL, NULL},
        {"features: scripts without spaces, T-E2 characters that nobody sees",
         scripts_without_spaces, NULL, NULL, NULL},
        {"features: dates, numbers, relays, other filters do not count", general, NULL, NULL, NULL},
        {"features: limits", limits, NULL, NULL, NULL},
        {"features as bytes", packed, NULL, NULL, NULL},
        {"training tells spam from other mail", learns, NULL, NULL, NULL},
        {"training gives the same bytes in any order", reproducible, NULL, NULL, NULL},
        {"a language of which only spam was learned says nothing", language, NULL, NULL, NULL},
        {"a byte of a weight is its square", bytes_of_weights, NULL, NULL, NULL},
        {"a file of a model: read, cut, damaged", file, NULL, NULL, NULL},
        {"from sum to score", curve, NULL, NULL, NULL},
        {"fewer points where the links are of no kind that was learned", unknown_links, NULL, NULL,
         NULL},
        {"T-E8 100 hostile samples of one person move no other's verdict", one_person_moves_nobody,
         NULL, NULL, NULL},
        {"T-E8 three people who agree teach all", people_who_agree, NULL, NULL, NULL},
        {"T-E8 an administrator teaches all", administrator, NULL, NULL, NULL},
        {"what an organisation taught is for its copies only", of_organisation, NULL, NULL, NULL},
        {"T-E8 good words that nobody sees", good_words_nobody_sees, NULL, NULL, NULL},
        {"T-E8 undo leaves no trace", undo, NULL, NULL, NULL},
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
