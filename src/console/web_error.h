/* What templates/error.html.t shows. Texts are in the reader's language. */
#ifndef SEKISHO_WEB_ERROR_H
#define SEKISHO_WEB_ERROR_H

struct web_error_view {
    int status;
    const char *title, *what, *todo;
    const char *roles;        /* who may, and what the reader is; NULL = that is not why */
    const char *link, *label; /* the way on; NULL = none */
    const char *id, *when;    /* to be told to the administrator; NULL = not needed */
};

#endif
