/*
 * A password of an organisation's list for files in mail (behaviour.md 9.4), and the file format of the list: one a line, then perhaps a
 * tab and its priority (1 to 100, the lowest is tried first; 50 when it is not said).
 */
#ifndef SEKISHO_FILE_PASSWORD_H
#define SEKISHO_FILE_PASSWORD_H

#include <stddef.h>

struct arena;
struct buf;

#define FILE_PASSWORDS 100 /* of an organisation */
#define FILE_PASSWORD_BYTES 128
#define FILE_PASSWORD_PRIORITY 50
#define FILE_PASSWORD_PRIORITIES 100
#define FILE_PASSWORD_FILE 65536 /* bytes of a file that is imported */
#define FILE_PASSWORD_MINUTES 1440

enum file_password_problem {
    FILE_PASSWORD_FINE,
    FILE_PASSWORD_EMPTY,
    FILE_PASSWORD_LONG,
    FILE_PASSWORD_SIGNS, /* control characters, or not UTF-8 */
    FILE_PASSWORD_RANK,  /* the priority is no number from 1 to 100 */
    FILE_PASSWORD_AGAIN  /* stands in an earlier line */
};

enum file_password_problem file_password_check(const char *value);

struct file_password {
    int line;
    enum file_password_problem problem;
    const char *value; /* "" when it is not fine */
    int priority;
};
/* Lines of a file, without empty ones; at most 1000. Returns how many. */
int file_password_read(struct arena *a, const char *p, size_t n, struct file_password **out);
void file_password_write(struct buf *b, const char *value, int priority);

#endif
