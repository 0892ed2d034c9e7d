#include "web_core.h"

#include "../common/settings.h"

#include <arpa/inet.h>
#include <string.h>

struct web_site web_site;
static struct arena *texts; /* of web_site; as old as the last web_site_load() */

static bool
is_loopback(const char *host)
{
    return !strncmp(host, "127.", 4) || !strcmp(host, "::1") || !strcmp(host, "[::1]") ||
           !strcmp(host, "localhost");
}

static void
add_host(const char *host)
{
    size_t i = 0;
    while (web_site.hosts[i])
        i++;
    if (i + 1 < sizeof web_site.hosts / sizeof *web_site.hosts)
        web_site.hosts[i] = arena_strdup(texts, host);
}

/* "https://name[:port]" and nothing behind it. */
static int
read_url(const char *key, const char *url, struct err *e)
{
    char host[256];
    bool https = !strncmp(url, "https://", 8);
    const char *name = url + (https ? 8 : 7);
    if (!https && strncmp(url, "http://", 7))
        return err_set(e, ERR_INPUT, "url", "%s: \"%s\" must begin with https:// or http://", key,
                       url);
    size_t n = strcspn(name, "/");
    char *authority = arena_strndup(texts, name, n);
    if (strcmp(name + n, "") && strcmp(name + n, "/"))
        return err_set(e, ERR_INPUT, "url", "%s: \"%s\" must end after the name: no path", key,
                       url);
    if (!web_head_host(authority, host, sizeof host))
        return err_set(e, ERR_INPUT, "url", "%s: \"%s\" holds no host name", key, url);
    char *origin = arena_strndup(texts, url, (size_t)(name - url) + n);
    for (char *p = origin; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + 32);
    web_site.origin = origin;
    web_site.secure = https;
    add_host(host);
    return 0;
}

static int
read_proxies(const char *list, struct err *e)
{
    char *copy = arena_strdup(texts, list), *save;
    size_t n = 0;
    for (char *p = strtok_r(copy, ", ", &save); p; p = strtok_r(NULL, ", ", &save)) {
        struct in6_addr v6;
        if (inet_pton(AF_INET, p, &v6) != 1 && inet_pton(AF_INET6, p, &v6) != 1)
            return err_set(e, ERR_INPUT, "proxy", "trusted_proxies: \"%s\" is no IP address", p);
        if (n + 1 == sizeof web_site.proxies / sizeof *web_site.proxies)
            return err_set(e, ERR_INPUT, "proxy", "trusted_proxies: too many addresses");
        web_site.proxies[n++] = p;
    }
    return 0;
}

int
web_site_load(enum surface surface, struct err *e)
{
    bool admin = surface == SURFACE_ADMIN;
    const char *bind = settings_text(SET_bind), *key = admin ? "admin_url" : "portal_url";
    const char *url = settings_text(admin ? SET_admin_url : SET_portal_url);
    bool tls = *settings_text(SET_tls_certificate) != '\0', loopback = is_loopback(bind);

    arena_free(&texts);
    texts = arena_new();
    web_site = (struct web_site){
        .surface = surface, .name = admin ? "admin" : "portal", .secure = tls, .origin = ""};
    if (!tls && !loopback)
        return err_set(e, ERR_INPUT, "plain-http",
                       "bind = %s without tls_certificate would send passwords in clear text: set "
                       "tls_certificate and tls_key, or bind = 127.0.0.1",
                       bind);
    if (*url && read_url(key, url, e))
        return -1;
    if (!loopback && !*url)
        return err_set(e, ERR_INPUT, "url",
                       "%s is not set: with bind = %s the address that people type must be known",
                       key, bind);
    web_site.secure = web_site.secure || tls;
    if (loopback) {
        add_host("localhost");
        add_host("127.0.0.1");
        add_host("[::1]");
        if (!strchr(bind, ':'))
            add_host(bind);
    }
    /* Both programs may be behind one host name and differ by port only: cookies do not. */
    web_site.cookie_session = web_site.secure
                                  ? (admin ? "__Host-sekisho-admin" : "__Host-sekisho-portal")
                                  : (admin ? "sekisho-admin" : "sekisho-portal");
    web_site.cookie_form =
        web_site.secure ? (admin ? "__Host-sekisho-admin-form" : "__Host-sekisho-portal-form")
                        : (admin ? "sekisho-admin-form" : "sekisho-portal-form");
    web_site.cookie_lang = web_site.secure ? "__Host-sekisho-lang" : "sekisho-lang";
    return read_proxies(settings_text(SET_trusted_proxies), e);
}

bool
web_site_host(const char *host_header)
{
    char host[256];
    if (!web_head_host(host_header, host, sizeof host))
        return false;
    for (size_t i = 0; web_site.hosts[i]; i++)
        if (!strcmp(host, web_site.hosts[i]))
            return true;
    return false;
}

bool
web_site_origin(const char *origin, const char *host_header)
{
    if (*web_site.origin && !strcasecmp(origin, web_site.origin))
        return true;
    size_t scheme = !strncmp(origin, "https://", 8) ? 8 : !strncmp(origin, "http://", 7) ? 7 : 0;
    if (!scheme || (scheme == 8) != web_site.secure)
        return false;
    return web_site_host(host_header) && !strcasecmp(origin + scheme, host_header);
}

bool
web_site_proxy(const char *ip)
{
    for (size_t i = 0; web_site.proxies[i]; i++)
        if (!strcmp(ip, web_site.proxies[i]))
            return true;
    return false;
}

const char *
web_site_client(struct arena *a, const char *peer, const char *forwarded_for)
{
    struct in6_addr v6;
    if (!web_site_proxy(peer))
        return peer;
    /* From the right: each proxy of ours vouches for the address before it, nobody for the rest. */
    char *list = arena_strdup(a, forwarded_for);
    const char *client = peer;
    while (*list && web_site_proxy(client)) {
        char *comma = strrchr(list, ','), *p = comma ? comma + 1 : list;
        p += strspn(p, " \t");
        p[strcspn(p, " \t")] = '\0';
        if (inet_pton(AF_INET, p, &v6) != 1 && inet_pton(AF_INET6, p, &v6) != 1)
            break;
        client = arena_strdup(a, p);
        *(comma ? comma : list) = '\0';
    }
    return client;
}
