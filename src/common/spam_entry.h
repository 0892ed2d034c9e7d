/*
 * Lists that the checks about spam go by: one entry is one line, in the database, in files and in the
 * form (TXT, F27, F28). A line that was read and written again reads the same.
 *
 *   person     First,Middle,Last,address address ...   a high-profile user and the addresses that are his
 *   domain     example.com                             a high-profile domain, exact
 *   exception  example.net                             looks like one of them and is good
 *   graymail   192.0.2.0/24                            from there graymail is not looked for
 */
#ifndef SEKISHO_SPAM_ENTRY_H
#define SEKISHO_SPAM_ENTRY_H

#include <stddef.h>

struct arena;

enum spam_list { SPAM_PERSON, SPAM_DOMAIN, SPAM_EXCEPTION, SPAM_GRAYMAIL, SPAM_LISTS };
extern const char *const spam_list_ids[SPAM_LISTS];
extern const int
    spam_list_max[SPAM_LISTS]; /* entries an organisation may have; 0016-spam.sql has them, too */
/* SPAM_LISTS: no such list. */
enum spam_list spam_list_of(const char *id);

#define SPAM_ENTRY_MAX 1000 /* bytes of an entry */
#define SPAM_ADDRESSES 20   /* of a person */

enum spam_problem {
    SPAM_FINE,
    SPAM_NO_NAME,    /* no part of a name */
    SPAM_NO_ADDRESS, /* something that is no address, or too many */
    SPAM_NO_DOMAIN,
    SPAM_NO_NETWORK,
    SPAM_TOO_LONG,
    SPAM_TWICE, /* in a file: an earlier line says the same */
};

struct spam_person {
    const char *first, *middle, *last;     /* "" */
    const char *addresses[SPAM_ADDRESSES]; /* lower case */
    int naddresses;
};

/* One line as somebody writes it -> *value, the normal form. Any bytes; UTF-8 comes out. */
enum spam_problem spam_entry_parse(struct arena *a, enum spam_list list, const char *line,
                                   const char **value);
/* Of a value in normal form. */
void spam_person_read(struct arena *a, const char *value, struct spam_person *out);

#define SPAM_FILE_BYTES (1024 * 1024)
struct spam_line {
    int number;       /* from 1 */
    const char *text; /* as it stands there, cut, UTF-8 */
    const char *value;
    enum spam_problem problem;
};
/* Lines of a file that are neither empty nor a remark (#). */
int spam_file_read(struct arena *a, enum spam_list list, const char *p, size_t n,
                   struct spam_line **out);

#endif
