/*
 * sekisho doctor: asks every part whether it works, and says what to do when it does not.
 * src/tools/stack uses --part to wait for a part that it has started.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli.h"
#include "common/arena.h"
#include "common/err.h"
#include "common/installed.h"
#include "common/jsonx.h"
#include "common/settings.h"
#include "engine/reputation/feeds.h"
#include "engine/stats/model.h"
#include "rpc/rpc.h"
#include "store/db.h"
#include "store/store_expire.h"

#define PATIENCE_S 5

struct finding {
    bool ok;
    char *detail; /* what it said, or what is wrong and what to do */
};

static struct finding
good(char *detail)
{
    return (struct finding){true, detail};
}
static struct finding
bad(char *detail)
{
    return (struct finding){false, detail};
}

static void
set_patience(int fd)
{
    struct timeval tv = {.tv_sec = PATIENCE_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

static int
connect_unix(const char *path)
{
    struct sockaddr_un sun = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (strlen(path) >= sizeof(sun.sun_path)) {
        close(fd);
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(sun.sun_path, path, strlen(path) + 1);
    set_patience(fd);
    if (connect(fd, (struct sockaddr *)&sun, sizeof(sun))) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

/* The address that something bound to `bind` can be reached at from here. */
static const char *
reachable(const char *bind)
{
    if (!strcmp(bind, "0.0.0.0"))
        return "127.0.0.1";
    return strcmp(bind, "::") ? bind : "::1";
}

static int
connect_tcp(struct cli *c, const char *host, int port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *ai;
    int fd;

    if (getaddrinfo(host, arena_printf(c->a, "%d", port), &hints, &ai)) {
        errno = EINVAL;
        return -1;
    }
    fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        set_patience(fd);
        if (connect(fd, ai->ai_addr, ai->ai_addrlen)) {
            int saved = errno;
            close(fd);
            errno = saved;
            fd = -1;
        }
    }
    freeaddrinfo(ai);
    return fd;
}

/* Sends a question (may be "") and reads the start of the answer; closes. NULL: no answer. */
static char *
ask(struct cli *c, int fd, const char *question)
{
    char answer[512];
    ssize_t n = -1;

    if (!*question || send(fd, question, strlen(question), MSG_NOSIGNAL) > 0)
        n = recv(fd, answer, sizeof(answer) - 1, 0);
    close(fd);
    if (n <= 0)
        return NULL;
    answer[n] = 0;
    answer[strcspn(answer, "\r\n")] = 0;
    return arena_strdup(c->a, answer);
}

static struct finding
check_key(struct cli *c)
{
    const char *path = settings_path("key/master.key");
    struct stat st;

    if (stat(path, &st))
        return bad(arena_printf(c->a, "%s: %s: without it held mail cannot be read; put it back from "
                                "your backup", path, strerror(errno)));
    if (st.st_size != 32 || (st.st_mode & 077))
        return bad(arena_printf(c->a, "%s must have 32 bytes and mode 0400", path));
    return good(arena_printf(c->a, "%s; keep a copy outside this machine", path));
}

static struct finding
check_disk(struct cli *c)
{
    struct statvfs vfs;
    int64_t need = 2 * settings_int(SET_message_size), have;
    const char *var = settings_path("pg");

    if (statvfs(var, &vfs) && statvfs("/", &vfs))
        return bad(arena_printf(c->a, "%s: %s", var, strerror(errno)));
    have = (int64_t)vfs.f_bavail * (int64_t)vfs.f_frsize;
    if (have < need)
        return bad(arena_printf(c->a, "only %lld MB free; mail is refused (4xx) below %lld MB: make room",
                                (long long)(have >> 20), (long long)(need >> 20)));
    return good(arena_printf(c->a, "%lld MB free", (long long)(have >> 20)));
}

static struct finding
check_database(struct cli *c)
{
    struct err e = {0};
    struct db_rows rows;

    if (DB_QUERY(cli_db(c), NULL, c->a, STMT_ORG_EXISTS, &rows, &e))
        return bad(arena_printf(c->a, "%s: start it (make start), or check DATABASE_URL", e.text));
    return good(arena_printf(c->a, "answers"));
}

static struct finding
check_clamd(struct cli *c)
{
    const char *path = settings_text(SET_clamd_socket);
    char *answer;
    int fd;

    if (!strcmp(path, "none"))
        return good(arena_strdup(c->a, "not used (clamd_socket = none)"));
    if (!strcmp(path, "private"))
        path = settings_run("clamd.sock");
    fd = connect_unix(path);
    if (fd < 0)
        return bad(arena_printf(c->a, "%s: %s: mail is deferred until it is back; see log/clamd.log", path,
                                strerror(errno)));
    answer = ask(c, fd, "nPING\n");
    if (!answer || strcmp(answer, "PONG"))
        return bad(arena_printf(c->a, "%s does not answer PING", path));
    return good(arena_strdup(c->a, "answers"));
}

static struct finding
check_engine(struct cli *c)
{
    struct err e = {0};
    json_t *reply;
    int fd = connect_unix(settings_run("gate.sock"));

    if (fd < 0)
        return bad(arena_printf(c->a, "gate: %s: mail is deferred until it is back; see log/engine.log",
                                strerror(errno)));
    close(fd);
    if (rpc_call(c->a, RPC_engine_status, jsonx_own(c->a, json_object()), &reply, &e))
        return bad(arena_printf(c->a, "rpc: %s: nobody can sign in; see log/engine.log", e.text));
    return good(arena_printf(c->a, "version %s", json_string_value(json_object_get(reply, "version"))));
}

static struct finding
check_postfix(struct cli *c)
{
    const char *bind = reachable(settings_text(SET_bind));
    const int ports[] = {(int)settings_int(SET_smtp_port), (int)settings_int(SET_relay_port), 0};
    char *answer = NULL;

    for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
        const char *where = ports[i] ? arena_printf(c->a, "port %d", ports[i]) : "re-injection socket";
        int fd = ports[i] ? connect_tcp(c, bind, ports[i]) : connect_unix(settings_run("reinject.sock"));
        if (fd < 0)
            return bad(arena_printf(c->a, "%s: %s: see log/postfix.log", where, strerror(errno)));
        answer = ask(c, fd, "");
        if (!answer || strncmp(answer, "220 ", 4))
            return bad(arena_printf(c->a, "%s says \"%s\": see log/postfix.log", where,
                                    cli_safe(c, answer ? answer : "nothing")));
    }
    return good(cli_safe(c, answer));
}

static struct finding
check_web(struct cli *c, enum setting which, const char *log)
{
    const char *bind = reachable(settings_text(SET_bind));
    int port = (int)settings_int(which);
    int fd = connect_tcp(c, bind, port);
    char *answer;

    if (fd < 0)
        return bad(arena_printf(c->a, "port %d: %s: see log/%s", port, strerror(errno), log));
    if (settings_text(SET_tls_certificate)[0]) {
        close(fd);
        return good(arena_printf(c->a, "port %d listens (TLS)", port));
    }
    answer = ask(c, fd, "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    if (!answer || strncmp(answer, "HTTP/1.1 200", 12))
        return bad(arena_printf(c->a, "port %d says \"%s\": see log/%s", port,
                                cli_safe(c, answer ? answer : "nothing"), log));
    return good(arena_printf(c->a, "port %d answers", port));
}
static struct finding
check_admin(struct cli *c)
{
    return check_web(c, SET_admin_port, "admin.log");
}
static struct finding
check_portal(struct cli *c)
{
    return check_web(c, SET_portal_port, "portal.log");
}

/* A difference of days is for a person to decide; a smaller one is made up for by itself. */
static struct finding
check_retention(struct cli *c)
{
    struct err e = {0};
    int64_t behind;
    char *late;

    if (store_retention_behind(cli_db(c), c->a, &behind, &e))
        return bad(arena_printf(c->a, "%s: nothing expires; run sekisho retention resume if the clock is right", e.text));
    if (behind <= RETENTION_ON_TIME_MS)
        return good(arena_strdup(c->a, "goes by the clock"));
    late = arena_printf(c->a, "%lld hours behind the clock, which jumped, or the machine was off: held mail is kept "
                        "longer. If the clock is right: sekisho retention resume", (long long)(behind / 3600000));
    return behind > RETENTION_WAITS_MS ? bad(late) : good(late);
}

/* Without it mail is judged by rules alone, and nobody would see why. */
static struct finding
check_model(struct cli *c)
{
    const char *path = settings_text(SET_statistics_model);
    struct stats_model model = {0};
    struct err e = {0};

    if (!strcmp(path, "none"))
        return good(arena_strdup(c->a, "not used (statistics_model = none)"));
    if (!*path)
        path = installed_file(c->a, "conf/model/statistics.model");
    if (stats_model_load(path, &model, &e) < 0)
        return bad(arena_printf(c->a, "%s: mail is judged without statistics; install it again, or run make model", e.text));
    stats_model_free(&model);
    return good(arena_strdup(c->a, "model can be read"));
}

static struct finding
check_feeds(struct cli *c)
{
    int damaged = 0, n = feeds_read(c->a, settings_path("feeds"), &damaged)->n;

    if (damaged)
        return bad(arena_printf(c->a, "%d of %d lists cannot be read, so their links are not known: sekisho feed check says "
                                "which; update or delete them", damaged, n + damaged));
    return good(arena_printf(c->a, "%d lists", n));
}

static const struct {
    const char *name;
    struct finding (*check)(struct cli *c);
} parts[] = {{"key", check_key},       {"disk", check_disk},       {"database", check_database},
             {"clamd", check_clamd},   {"engine", check_engine},   {"postfix", check_postfix},
             {"console", check_admin}, {"portal", check_portal},
             {"retention", check_retention},
             {"model", check_model},   {"feeds", check_feeds}};

int
cmd_doctor(struct cli *c)
{
    const char *only = cli_opt(c, "--part");
    json_t *list = json_array();
    int ill = 0, seen = 0;

    if (cli_end(c, NULL))
        return -1;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (only && strcmp(only, parts[i].name))
            continue;
        struct finding f = parts[i].check(c);
        seen++;
        ill += !f.ok;
        if (c->json)
            json_array_append_new(list, json_pack("{s:s,s:b,s:s}", "part", parts[i].name, "ok", f.ok,
                                                  "detail", f.detail));
        else
            printf("%-9s %-4s %s\n", parts[i].name, f.ok ? "ok" : "BAD", f.detail);
    }
    if (!seen)
        return err_set(&c->err, ERR_INPUT, "part", "there is no part \"%.40s\"", only);
    if (c->json)
        cli_json(c, json_pack("{s:b,s:o}", "ok", ill == 0, "parts", list));
    if (ill)
        return err_set(&c->err, ERR_ENV, "ill", "%d of %d parts do not work", ill, seen);
    return 0;
}
