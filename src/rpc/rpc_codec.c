#include "rpc_codec.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/jsonx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION "0.1.0"

#define F(name, type, max) {#name, RPC_##type, max},
#define RPC(id, name, callers, deadline, req, rep)           \
    static const struct rpc_field id##_request[] = {req{0}}; \
    static const struct rpc_field id##_reply[] = {rep{0}};
#include "rpc.def"
#undef RPC

const struct rpc_method_def rpc_methods[RPC__COUNT] = {
#define RPC(id, name, callers, deadline, req, rep) \
    {name, callers, deadline, id##_request, id##_reply},
#include "rpc.def"
#undef RPC
};

static const char *const classes[] = {
    [ERR_NONE] = "none",           [ERR_INPUT] = "input",   [ERR_ENV] = "environment",
    [ERR_UNCERTAIN] = "uncertain", [ERR_DENIED] = "denied", [ERR_NOTFOUND] = "not-found",
    [ERR_CONFLICT] = "conflict",
};

/* ------------------------------------------------------------------ frames */

size_t
rpc_frame_size(const unsigned char head[4])
{
    uint32_t n =
        (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
    return n > RPC_FRAME_MAX ? 0 : n;
}

unsigned char *
rpc_frame(struct arena *a, const json_t *j, size_t *n)
{
    size_t len;
    char *text = jsonx_dump(a, j, &len);
    if (len > RPC_FRAME_MAX)
        bug("rpc: frame of %zu bytes", len);
    unsigned char *out = arena_alloc(a, len + 4);
    out[0] = (unsigned char)(len >> 24);
    out[1] = (unsigned char)(len >> 16);
    out[2] = (unsigned char)(len >> 8);
    out[3] = (unsigned char)len;
    memcpy(out + 4, text, len);
    *n = len + 4;
    return out;
}

static int
load_object(struct arena *a, const unsigned char *p, size_t n, size_t members, json_t **out,
            struct err *e)
{
    if (jsonx_load(a, (const char *)p, n, RPC_FRAME_MAX, out, e))
        return -1;
    if (!json_is_object(*out) || json_object_size(*out) != members)
        return err_set(e, ERR_INPUT, "rpc", "frame is not an object of %zu members", members);
    return 0;
}

/* ------------------------------------------------------------------ handshake */

unsigned char *
rpc_hello(struct arena *a, size_t *n)
{
    json_t *j = jsonx_own(a, json_pack("{si ss}", "sekisho", RPC_VERSION, "version", VERSION));
    return rpc_frame(a, j, n);
}

int
rpc_read_hello(struct arena *a, const unsigned char *p, size_t n, struct err *e)
{
    json_t *j;
    if (load_object(a, p, n, 2, &j, e))
        return -1;
    const char *version = jsonx_str(j, "version");
    if (!version || strlen(version) > 32 || jsonx_int(j, "sekisho", -1) != RPC_VERSION)
        return err_set(e, ERR_INPUT, "rpc-version", "the other side speaks another version");
    return 0;
}

/* ------------------------------------------------------------------ fields */

static bool
field_ok(const struct rpc_field *f, const json_t *v)
{
    char *text;
    switch (f->type) {
    case RPC_TEXT:
        return json_is_string(v) && json_string_length(v) <= (size_t)f->max &&
               !memchr(json_string_value(v), '\0', json_string_length(v));
    case RPC_INT:
        return json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= f->max;
    case RPC_BOOL:
        return json_is_boolean(v);
    case RPC_JSON:
        if (!json_is_object(v) && !json_is_array(v) && !json_is_null(v))
            return false;
        text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
        bool fits = text && strlen(text) <= (size_t)f->max;
        free(text);
        return fits;
    }
    return false;
}

bool
rpc_fields_ok(const struct rpc_field *fields, const json_t *obj, char why[80])
{
    size_t n = 0;
    if (!json_is_object(obj)) {
        snprintf(why, 80, "not an object");
        return false;
    }
    for (; fields[n].name; n++) {
        const json_t *v = json_object_get(obj, fields[n].name);
        if (!v || !field_ok(&fields[n], v)) {
            snprintf(why, 80, "%.40s: %s", fields[n].name,
                     v ? "wrong type or too long" : "missing");
            return false;
        }
    }
    if (json_object_size(obj) != n) {
        snprintf(why, 80, "undeclared fields");
        return false;
    }
    return true;
}

/* ------------------------------------------------------------------ requests and replies */

unsigned char *
rpc_request(struct arena *a, enum rpc_method m, int64_t id, json_t *params, size_t *n,
            struct err *e)
{
    char why[80];
    if (!rpc_fields_ok(rpc_methods[m].request, params, why)) {
        (void)err_set(e, ERR_INPUT, "rpc-fields", "%s: %s", rpc_methods[m].name, why);
        return NULL;
    }
    json_t *j = jsonx_own(a, json_pack("{sI ss sO}", "id", (json_int_t)id, "method",
                                       rpc_methods[m].name, "params", params));
    return rpc_frame(a, j, n);
}

int
rpc_read_request(struct arena *a, const unsigned char *p, size_t n, enum rpc_method *m, int64_t *id,
                 json_t **params, struct err *e)
{
    json_t *j;
    char why[80];
    if (load_object(a, p, n, 3, &j, e))
        return -1;
    const char *name = jsonx_str(j, "method");
    *id = jsonx_int(j, "id", -1);
    *params = json_object_get(j, "params");
    int i = 0;
    while (name && i < RPC__COUNT && strcmp(name, rpc_methods[i].name) != 0)
        i++;
    if (!name || i == RPC__COUNT || *id < 0)
        return err_set(e, ERR_INPUT, "rpc-method", "no such method");
    if (!rpc_fields_ok(rpc_methods[i].request, *params, why))
        return err_set(e, ERR_INPUT, "rpc-fields", "%s: %s", rpc_methods[i].name, why);
    *m = (enum rpc_method)i;
    return 0;
}

unsigned char *
rpc_reply(struct arena *a, enum rpc_method m, int64_t id, json_t *ok, const struct err *error,
          size_t *n)
{
    char why[80];
    json_t *j;
    if (error) {
        const char *code = jsonx_utf8(a, error->code, strlen(error->code));
        const char *text = jsonx_utf8(a, error->text, strlen(error->text));
        j = json_pack("{sI s{ss ss ss}}", "id", (json_int_t)id, "error", "class",
                      classes[error->cls], "code", code, "text", text);
    } else {
        if (!rpc_fields_ok(rpc_methods[m].reply, ok, why))
            bug("rpc %s reply: %s", rpc_methods[m].name, why);
        j = json_pack("{sI sO}", "id", (json_int_t)id, "ok", ok);
    }
    return rpc_frame(a, jsonx_own(a, j), n);
}

static int
garbled(struct err *e, const char *why)
{
    return err_set(e, ERR_ENV, "engine-garbled", "the engine's answer is not understood: %.100s",
                   why);
}

static int
read_error(const json_t *error, struct err *e)
{
    const char *class = jsonx_str(error, "class"), *code = jsonx_str(error, "code"),
               *text = jsonx_str(error, "text");
    if (!class || !code || !text)
        return garbled(e, "error");
    for (size_t i = 1; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(class, classes[i]) == 0)
            return err_set(e, (enum err_class)i, code, "%.200s", text);
    return garbled(e, "class");
}

int
rpc_read_reply(struct arena *a, const unsigned char *p, size_t n, enum rpc_method m, int64_t id,
               json_t **ok, struct err *e)
{
    json_t *j;
    char why[80];
    struct err bad = {0};
    if (load_object(a, p, n, 2, &j, &bad))
        return garbled(e, bad.text);
    if (jsonx_int(j, "id", -1) != id)
        return garbled(e, "id");
    const json_t *error = json_object_get(j, "error");
    if (error)
        return read_error(error, e);
    *ok = json_object_get(j, "ok");
    if (!*ok || !rpc_fields_ok(rpc_methods[m].reply, *ok, why))
        return garbled(e, *ok ? why : "no answer");
    return 0;
}
