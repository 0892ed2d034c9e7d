/*
 * Replies. Every one of them, errors included, gets the security headers of A-18…A-37.
 */
#ifndef SEKISHO_WEB_REPLY_H
#define SEKISHO_WEB_REPLY_H

#include "web_req.h"

/* Sends r->out as HTML. Returns 0. */
int reply_page(struct web_req *r, int status);
/* This page is loaded again after that time, also without a script: for something that ends soon. */
void reply_reload(struct web_req *r, int seconds);
/* This page has a frame with a page of ours; the policy header then lets it. */
void reply_frames(struct web_req *r);
/* A document for such a frame: without script, network, origin and forms, whatever stands in it. Returns 0. */
int reply_frame(struct web_req *r, const char *html, size_t n);
/* 303 to a path of our own ("/domains"); anything else is a bug. */
int reply_redirect(struct web_req *r, const char *path);
/* 303 with a message for the message bar of the next page, kept in the session.
 * kind: "ok", "error". msgid and values: translated when shown, so the language may change in
 * between. undo_path: POST target of the Undo button with one field "id" = undo_ids (comma
 * separated), NULL = none. values: name, text ... NULL as in i18n_fmt; n >= 0 chooses the plural
 * between msgid and many (many may be NULL). */
struct flash {
    const char *kind, *msgid, *many;
    long n;
    const char *undo_path, *undo_ids;
};
int reply_flash(struct web_req *r, const char *path, const struct flash *f, ...)
    __attribute__((sentinel));
/* The path when it is one of our own pages and short enough, else the other one. */
const char *reply_back(struct web_req *r, const char *path, const char *otherwise);
/* The same of a declared "next" or "back" field; one that was cut or is wrong counts as absent. */
const char *reply_back_field(struct web_req *r, const char *field, const char *otherwise);
#define REPLY_PATH_MAX 4000 /* such a field, a Location */
/* An error page in the reader's language: 400 403 404 409 410 422 503. The same happens by itself
 * when a handler returns -1. reply_wait: 429 with the seconds to wait. Both return 0. */
int reply_error(struct web_req *r, int status);
int reply_wait(struct web_req *r, int seconds);
/* A file to save: attachment, RFC 6266 name, nosniff, sandbox CSP. */
int reply_download(struct web_req *r, const char *name, const char *type, const void *p, size_t n);

#endif
