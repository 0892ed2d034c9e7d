#include "link_token.h"

#include <ctype.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/token.h"

#define VERSION 1
#define HEAD 9
#define PAYLOAD (HEAD + 4 * 16)
#define MAC 32
#define FORM_TEXT 48 /* base64url of 4 + 32 bytes */

static const char *const action_names[] = {"deliver", "allow", "read", "delete", "block", "ask"};
#define ACTIONS (sizeof action_names / sizeof *action_names)

unsigned
link_action_of(const char *name)
{
    for (size_t i = 0; name && i < ACTIONS; i++)
        if (strcmp(name, action_names[i]) == 0)
            return 1u << i;
    return 0;
}

const char *
link_action_name(unsigned action)
{
    for (size_t i = 0; i < ACTIONS; i++)
        if (action == 1u << i)
            return action_names[i];
    bug("no action %u", action);
}

static void
derive(struct arena *a, const unsigned char master[32], const char *purpose, int kid,
       unsigned char key[32])
{
    token_derive(master, 32, arena_printf(a, "sekisho link %s %d", purpose, kid), key);
}

static const char *
purpose_name(enum link_purpose p)
{
    return p == LINK_MESSAGE ? "message" : "unsubscribe";
}

/* ------------------------------------------------------------------ ids */

static unsigned
hex(char c)
{
    return (unsigned)(isdigit((unsigned char)c) ? c - '0' : (c | 32) - 'a' + 10);
}

/* "" is sixteen zeros. */
static void
put_id(unsigned char out[16], const char *id)
{
    int n = 0;

    memset(out, 0, 16);
    if (!*id)
        return;
    BUG_IF(!token_is_uuid(id));
    for (const char *p = id; *p; p++)
        if (*p != '-') {
            out[n / 2] = (unsigned char)(out[n / 2] << 4 | hex(*p));
            n++;
        }
}

static void
get_id(const unsigned char in[16], char id[37])
{
    static const char digits[] = "0123456789abcdef";
    int n = 0;

    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            id[n++] = '-';
        id[n++] = digits[in[i] >> 4];
        id[n++] = digits[in[i] & 15];
    }
    id[n] = 0;
}

/* ------------------------------------------------------------------ links */

char *
link_token_make(struct arena *a, const unsigned char master[32], const struct link_token *t)
{
    unsigned char b[PAYLOAD + MAC], key[32];

    BUG_IF(t->kid < 1 || t->kid > 0xffff || t->expires < 0 || t->expires > 0xffffffff ||
           t->actions > 0xff);
    b[0] = VERSION;
    b[1] = (unsigned char)t->purpose;
    b[2] = (unsigned char)t->actions;
    b[3] = (unsigned char)(t->kid >> 8);
    b[4] = (unsigned char)t->kid;
    for (int i = 0; i < 4; i++)
        b[5 + i] = (unsigned char)(t->expires >> (24 - 8 * i));
    put_id(b + HEAD, t->org);
    put_id(b + HEAD + 16, t->message);
    put_id(b + HEAD + 32, t->recipient);
    put_id(b + HEAD + 48, t->digest);
    derive(a, master, purpose_name(t->purpose), t->kid, key);
    token_hmac(key, sizeof key, b, PAYLOAD, b + PAYLOAD);
    return token_base64url(a, b, sizeof b);
}

bool
link_token_read(struct arena *a, const unsigned char master[32], const char *text,
                enum link_purpose purpose, struct link_token *out)
{
    unsigned char key[32], mac[MAC];
    const unsigned char *b;
    size_t n = 0;

    *out = (struct link_token){0};
    if (!text || strlen(text) != LINK_TEXT)
        return false;
    b = token_unbase64url(a, text, &n);
    if (!b || n != PAYLOAD + MAC || b[0] != VERSION || b[1] != (unsigned char)purpose)
        return false;
    out->kid = b[3] << 8 | b[4];
    derive(a, master, purpose_name(purpose), out->kid, key);
    token_hmac(key, sizeof key, b, PAYLOAD, mac);
    if (!token_equal(mac, b + PAYLOAD, MAC))
        return false;
    out->purpose = purpose;
    out->actions = b[2];
    for (int i = 0; i < 4; i++)
        out->expires = out->expires << 8 | b[5 + i];
    get_id(b + HEAD, out->org);
    get_id(b + HEAD + 16, out->message);
    get_id(b + HEAD + 32, out->recipient);
    get_id(b + HEAD + 48, out->digest);
    return true;
}

/* ------------------------------------------------------------------ forms */

static void
form_mac(struct arena *a, const unsigned char master[32], const char *link,
         const unsigned char until[4], unsigned char out[32])
{
    unsigned char key[32], both[32 + 4];

    derive(a, master, "form", 0, key);
    token_sha256(link, strlen(link), both);
    memcpy(both + 32, until, 4);
    token_hmac(key, sizeof key, both, sizeof both, out);
}

char *
link_form_make(struct arena *a, const unsigned char master[32], const char *link, int64_t until)
{
    unsigned char b[4 + 32];

    for (int i = 0; i < 4; i++)
        b[i] = (unsigned char)(until >> (24 - 8 * i));
    form_mac(a, master, link, b, b + 4);
    return token_base64url(a, b, sizeof b);
}

bool
link_form_good(struct arena *a, const unsigned char master[32], const char *link, const char *form,
               int64_t now)
{
    unsigned char mac[32];
    const unsigned char *b;
    int64_t until = 0;
    size_t n = 0;

    if (!form || strlen(form) != FORM_TEXT)
        return false;
    b = token_unbase64url(a, form, &n);
    if (!b || n != 4 + 32)
        return false;
    form_mac(a, master, link, b, mac);
    for (int i = 0; i < 4; i++)
        until = until << 8 | b[i];
    return token_equal(mac, b + 4, 32) && now < until;
}
