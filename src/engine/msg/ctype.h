/*
 * All readings of one Content-Type field. Mail programs disagree about broken values, and that is
 * where attachments are hidden (CVE-2024-28054, T-M1): so this does not choose a reading, it lists
 * every boundary that some program could take, and says whether the value is odd.
 */
#ifndef SEKISHO_CTYPE_H
#define SEKISHO_CTYPE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define CTYPE_BOUNDARIES 4

struct ctype {
    bool multipart; /* some program takes it for multipart */
    bool message;   /* message/rfc822, message/global, message/news */
    bool odd;       /* a boundary written in a way that programs read differently */
    int n;          /* different boundaries; may be more than are kept */
    const char *boundary[CTYPE_BOUNDARIES];
};

/* value: n bytes behind the colon, folded or not. */
void ctype_read(struct arena *a, const char *value, size_t n, struct ctype *out);

#endif
