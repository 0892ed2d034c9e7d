/*
 * What may this reader do with this held message? For pages of the portal: which buttons are shown.
 * The database decides by itself (0024-rights.sql); a page that showed too much would only be told no.
 */
#ifndef SEKISHO_RIGHTS_H
#define SEKISHO_RIGHTS_H

#include <stdbool.h>

struct web_req;

enum {
    RIGHT_VIEW = 1,
    RIGHT_DELIVER = 2, /* deliver it himself */
    RIGHT_ASK = 4,     /* ask an administrator to deliver it; never together with RIGHT_DELIVER */
    RIGHT_DELETE = 8,
    RIGHT_BLOCK = 16,   /* "Delete and block sender" */
    RIGHT_APPROVE = 32, /* "Deliver and allow sender" */
};

struct rights; /* in the request's arena */
/* Of the reader, one statement. -1: r->err. */
int rights_load(struct web_req *r, const struct rights **out);
/* RIGHT_ bits for mail of that kind while it is held; 0 for a kind that nobody knows. */
unsigned rights_of(const struct rights *x, const char *kind);
/* Some kinds of mail are seen by administrators only: the list says so (U4). */
bool rights_hide_some(const struct rights *x);

#endif
