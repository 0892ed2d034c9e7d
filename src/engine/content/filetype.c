#include "filetype.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define LONGEST_ENDING 20

static const struct name {
    const char *ending;
    enum file_class class;
    double score;
} names[] = {
#define NAME(ending, class, score) {ending, FILE_##class, score},
#include "type_names.def"
#undef NAME
};

/* Windows shows such a folder or file without its ending: "name.{...}". */
static const struct name class_id = {"{}", FILE_SHORTCUT, 5.0};

/* What an ending between p and p + n says. NULL: it is not known. */
static const struct name *
known(const char *p, size_t n)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].ending) == n && strncasecmp(names[i].ending, p, n) == 0)
            return &names[i];
    return NULL;
}

/* Without the dots and blanks at the end, which Windows does not see. */
static size_t
shown_length(const char *name)
{
    size_t n = strlen(name);
    while (n && (name[n - 1] == '.' || name[n - 1] == ' '))
        n--;
    return n;
}

/* Where the last ending before n begins, behind its dot; n: there is none. */
static size_t
last_ending(const char *name, size_t n)
{
    for (size_t i = n; i-- > 0 && n - i <= LONGEST_ENDING;)
        if (name[i] == '.')
            return i + 1;
        else if (name[i] == '/' || name[i] == '\\')
            break;
    return n;
}

static const struct name *
last(const char *name)
{
    size_t n = shown_length(name), at = last_ending(name, n);
    if (n > 40 && name[n - 1] == '}' && name[n - 38] == '{' && name[n - 39] == '.')
        return &class_id;
    return at < n ? known(name + at, n - at) : NULL;
}

enum file_class
filetype_name(const char *name)
{
    const struct name *k = last(name);
    return k ? k->class : FILE_UNKNOWN;
}

double
filetype_name_score(const char *name)
{
    const struct name *k = last(name);
    return k ? k->score : 0;
}

/* Also with blanks between that push the last ending out of sight. */
bool
filetype_two_endings(const char *name)
{
    size_t n = shown_length(name), at = last_ending(name, n);
    enum file_class end = filetype_name(name);
    if (at == n || end < FILE_DISK || end == FILE_MACRO)
        return false;
    n = at - 1;
    while (n && (name[n - 1] == ' ' || name[n - 1] == '_' || name[n - 1] == '.'))
        n--;
    at = last_ending(name, n);
    const struct name *first = at < n ? known(name + at, n - at) : NULL;
    return first && first->class >= FILE_TEXT && first->class <= FILE_PAGE;
}

bool
filetype_backwards(const char *name)
{
    return strstr(name, "\xe2\x80\xae") != NULL || strstr(name, "\xe2\x81\xa7") != NULL;
}
