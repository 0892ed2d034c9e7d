/*
 * A milter that takes every message in full and says continue: the floor of what any milter costs.
 * Usage: noop_milter unix:/path/socket
 */
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <sys/stat.h>

static sfsistat
on_connect(SMFICTX *c, char *host, _SOCK_ADDR *addr)
{
    (void)c, (void)host, (void)addr;
    return SMFIS_CONTINUE;
}

static sfsistat
on_text(SMFICTX *c, char *text)
{
    (void)c, (void)text;
    return SMFIS_CONTINUE;
}

static sfsistat
on_args(SMFICTX *c, char **args)
{
    (void)c, (void)args;
    return SMFIS_CONTINUE;
}

static sfsistat
on_header(SMFICTX *c, char *name, char *value)
{
    (void)c, (void)name, (void)value;
    return SMFIS_CONTINUE;
}

static sfsistat
on_plain(SMFICTX *c)
{
    (void)c;
    return SMFIS_CONTINUE;
}

static sfsistat
on_body(SMFICTX *c, unsigned char *p, size_t n)
{
    (void)c, (void)p, (void)n;
    return SMFIS_CONTINUE;
}

int
main(int argc, char **argv)
{
    static char name[] = "noop";
    struct smfiDesc d = {.xxfi_name = name,
                         .xxfi_version = SMFI_VERSION,
                         .xxfi_connect = on_connect,
                         .xxfi_helo = on_text,
                         .xxfi_envfrom = on_args,
                         .xxfi_envrcpt = on_args,
                         .xxfi_header = on_header,
                         .xxfi_eoh = on_plain,
                         .xxfi_body = on_body,
                         .xxfi_eom = on_plain};
    if (argc != 2) {
        fprintf(stderr, "usage: noop_milter unix:SOCKET\n");
        return 2;
    }
    umask(0);
    if (smfi_register(d) == MI_FAILURE || smfi_setconn(argv[1]) == MI_FAILURE ||
        smfi_opensocket(1) == MI_FAILURE)
        return 1;
    return smfi_main() == MI_SUCCESS ? 0 : 1;
}
