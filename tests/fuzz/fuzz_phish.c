/*
 * The scanners about phishing and impersonation with lists of an organisation: a whole message, whose findings the
 * strict reader must take; and two names of hosts, of which one may look like the other.
 */
#include <string.h>

#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/scan/cousin.h"
#include "engine/scan/scan.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static const char lists[] =
    "{\"spam\":{\"org1\":{\"own\":[\"sekisho-test.co.jp\"],\"domains\":[\"paypal.com\"],"
    "\"exceptions\":[],"
    "\"closeness\":0,\"people\":[{\"first\":\"Taro\",\"middle\":\"\",\"last\":\"Yamada\","
    "\"addresses\":[]},"
    "{\"first\":\"\xe5\xa4\xaa\xe9\x83\x8e\",\"middle\":\"\",\"last\":\"\xe5\xb1\xb1\xe7\x94\xb0\","
    "\"addresses\":[\"t@x.example\"]}]}}}";

static void
start(void)
{
    static int done;

    if (done++)
        return;
    g_mime_init();
    charset_preload();
    scanners_prepare();
}

static void
compare_hosts(struct arena *a, const unsigned char *p, size_t n)
{
    const char *text = jsonx_utf8(a, (const char *)p, n > 300 ? 300 : n),
               *space = strchr(text, ' ');

    if (!space)
        return;
    for (int c = 0; c < SPAM_CLOSES; c++)
        (void)lookalike(a, arena_strndup(a, text, (size_t)(space - text)), space + 1,
                        (enum spam_close)c);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    static const char *const recipients[] = {"hanako@sekisho-test.co.jp"};
    struct arena *a;
    struct envelope env = {.client_ip = "192.0.2.1",
                           .client_name = "",
                           .helo = "",
                           .tls = "",
                           .sender = "x@sender.example",
                           .recipients = recipients,
                           .nrecipients = 1,
                           .direction = "in"};
    struct msg *m, *back;
    json_t *j;

    start();
    a = arena_new();
    BUG_IF(jsonx_load(a, lists, sizeof lists - 1, sizeof lists, &j, NULL) < 0);
    env.lists = j;
    compare_hosts(a, p, n);
    m = msg_scan(a, p, n, &env);
    for (int i = 0; i < m->nfindings; i++)
        BUG_IF(!jsonx_is_utf8(m->findings[i].evidence, strlen(m->findings[i].evidence)));
    BUG_IF(msg_unpack(a, jsonx_own(a, json_pack("{s:s}", "facts", msg_pack(m))), &back, NULL) < 0);
    BUG_IF(back->nfindings != m->nfindings);
    arena_free(&a);
    return 0;
}
