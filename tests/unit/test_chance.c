/* Words made by chance, and names that only look so to who does not speak the language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/scan/chance.h"

static void
unspeakable(void **state)
{
    static const char *const labels[] = {
        "zvkqjxwpa", "qgwohxjbeu", "mxqeivjahw", "refund-qjxaobvghiwlfk", "wkqtufjvyxpg", "bcdfg",
    };

    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (!chance_unspeakable(labels[i], strlen(labels[i])))
            fail_msg("%s", labels[i]);
}

static void
spoken(void **state)
{
    static const char *const labels[] = {
        "schlossschmiede",
        "rechtsschutzversicherung",
        "knightsbridge",
        "deutschlandfunk",
        "krzysztof.szczepanski",
        "wrzesniewski",
        "bydgoszcz",
        "przybylski",
        "vzdelavani",
        "zdravkovic",
        "ljubljana",
        "crnogorska",
        "mkhitaryan",
        "tsvetkovsky",
        "hjortshoej",
        "sjoerdsma",
        "ijsselmeer",
        "scheveningen",
        "nguyenthithuy",
        "xiaoqingzhang",
        "shinjukutokyo",
        "llanfairpwll",
        "llewellyn",
        "bjarnfredsson",
        "mcdonaldsfamily",
        "johnqpublic",
        "yyyyason",
        "newsletter",
        "noreply.orders",
        "",
    };

    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (chance_unspeakable(labels[i], strlen(labels[i])))
            fail_msg("%s", labels[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"F26 addresses made by chance", unspeakable, NULL, NULL, NULL},
        {"F26 twins: names of many languages", spoken, NULL, NULL, NULL},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
