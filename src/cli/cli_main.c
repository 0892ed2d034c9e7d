/* The `sekisho` command: finds the command in cli.def, runs it, prints its error in one line. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "common/arena.h"
#include "common/evlog.h"
#include "common/settings.h"

static const struct command {
    const char *words, *args, *help;
    int (*run)(struct cli *c);
} commands[] = {
#define CLI(id, words, args, help) {words, args, help, cmd_##id},
#include "cli.def"
#undef CLI
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* How many words of the command line the command's name takes; 0 when it is another one. */
static int
matches(const struct command *cmd, int argc, char **argv)
{
    const char *space = strchr(cmd->words, ' ');
    size_t n = space ? (size_t)(space - cmd->words) : strlen(cmd->words);

    if (argc < 1 || strlen(argv[0]) != n || strncmp(argv[0], cmd->words, n))
        return 0;
    if (!space)
        return 1;
    return argc >= 2 && !strcmp(argv[1], space + 1) ? 2 : 0;
}

/* Prints the commands that begin with this word, or all. */
static int
help(FILE *to, const char *topic)
{
    size_t n = topic ? strlen(topic) : 0;

    fprintf(to, "usage: sekisho COMMAND [--json]\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        if (n && (strncmp(commands[i].words, topic, n) || !strchr(" ", commands[i].words[n])))
            continue;
        fprintf(to, "  %s %s\n      %s\n", commands[i].words, commands[i].args, commands[i].help);
    }
    return to == stderr;
}

/* --json and --help may stand anywhere before "--". */
static bool
take(int *argc, char **argv, const char *flag)
{
    for (int i = 1; i < *argc && strcmp(argv[i], "--"); i++) {
        if (!strcmp(argv[i], flag)) {
            memmove(argv + i, argv + i + 1, (size_t)(*argc - i) * sizeof(*argv));
            (*argc)--;
            return true;
        }
    }
    return false;
}

static int
known_topic(const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!strncmp(commands[i].words, word, n) && commands[i].words[n] == ' ')
            return 1;
    }
    return 0;
}

static int
run(const struct command *cmd, struct cli *c)
{
    int rc = -1;

    /* `settings --defaults` must work with a broken file. */
    if (cmd->run == cmd_settings || !settings_load(NULL, &c->err))
        rc = cmd->run(c);
    if (rc)
        fprintf(stderr, "sekisho: %s\n", c->err.text[0] ? c->err.text : "failed");
    if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "sekisho: the output could not be written\n");
        return 1;
    }
    return rc ? 1 : 0;
}

int
main(int argc, char **argv)
{
    bool json = take(&argc, argv, "--json");
    bool want_help = take(&argc, argv, "--help") || take(&argc, argv, "-h");
    struct arena *a = arena_new();
    struct cli c = {.a = a, .json = json};

    evlog_init("cli");
    if (argc < 2 || want_help)
        return help(argc < 2 && !want_help ? stderr : stdout, argc < 2 ? NULL : argv[1]);
    for (size_t i = 0; i < COMMANDS; i++) {
        int n = matches(&commands[i], argc - 1, argv + 1);
        if (!n)
            continue;
        c.argc = argc - 1 - n;
        c.argv = argv + 1 + n;
        c.usage = arena_printf(a, "usage: sekisho %s %s", commands[i].words, commands[i].args);
        return run(&commands[i], &c);
    }
    if (known_topic(argv[1]))
        return help(stderr, argv[1]);
    fprintf(stderr, "sekisho: there is no command \"%s\": sekisho --help lists them\n", argv[1]);
    return 1;
}
