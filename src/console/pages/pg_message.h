/* One held message, read safely. */
#ifndef SEKISHO_PG_MESSAGE_H
#define SEKISHO_PG_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "../reasons.h"
#include "../ui.h"

#define PREVIEW_LIST 400 /* links, headers, files at most */

enum preview_block_kind { BLOCK_TEXT, BLOCK_LINK, BLOCK_IMAGE, BLOCK_BREAK };
struct preview_block {
    enum preview_block_kind kind;
    const char *text, *url, *host;
    bool differs; /* a link whose label names another host than it opens */
};
struct preview_link {
    const char *text, *url, *host;
    bool differs;
    const char *verdict, *tone; /* of preview_links_judge(); NULL: nothing was found about it */
};
struct preview_header {
    const char *name, *value;
};
struct preview_file {
    const char *name, *type, *icon;
    const char *given; /* the name that the mail gives it, "" none */
    const char *sha256, *verdict, *tone, *badge; /* of preview_files_judge(); NULL: not known */
    const char *word; /* the type in the reader's words: "PDF document" */
    int64_t bytes;
};
/* What the engine made of the original bytes (rpc message.preview), checked and made safe to show:
 * used by portal and admin pages. */
struct preview {
    bool found, truncated;
    bool partial; /* too large: text, links and headers are of its beginning */
    bool html; /* there is something to be shown formatted */
    const char *problem; /* the engine does not answer: sentence for the reader, else NULL */
    struct preview_block *blocks;
    struct preview_link *links;
    struct preview_header *headers;
    struct preview_file *files;
    int nblocks, nlinks, nheaders, nfiles;
};
struct web_req;
/* message_id of the session's organisation. Always fills *out. */
void preview_load(struct web_req *r, const char *message_id, struct preview *out);
/* The sentence for an error of the engine's previews. */
const char *preview_problem(struct web_req *r, const char *code);
/* May held mail of that kind be shown formatted? */
bool preview_formats(const char *kind);
/* May end users download held messages here? */
bool preview_downloads(void);
/* From what the engine sent: an object, or there are no bytes any more. Fills *out anew. */
void preview_read(struct web_req *r, const json_t *preview, struct preview *out);

/* Fills what people read from name and type. */
void preview_file_name(struct web_req *r, struct preview_file *f);

struct pg_scan;
/* Adds what the scan says about each file; of a part of a message, the scan knows the files. kind: of the message. */
void preview_files_judge(struct web_req *r, struct preview *p, const struct pg_scan *scan, const char *kind);
/* ... and about each link, when the message came. */
void preview_links_judge(struct preview *p, const struct pg_scan *scan);
struct pg_message_view {
    const char *id, *subject, *from_name, *from_address, *mailbox;
    const char *sender; /* address that can be put on a sender list; NULL: none */
    const char *kind, *state, *state_by;
    const char *rule; /* that decided, "": none */
    const char *view; /* "", "formatted", "links", "headers" */
    int64_t received, expires, state_at;
    bool can_deliver, held, deleted;
    bool no_malware; /* it was looked for */
    unsigned may; /* RIGHT_ bits of rights.h */
    const struct reason *reasons;
    int nreasons;
    double score, threshold;
    const struct pg_scan *scan;
    struct preview p;
    const char *back, *newer, *older;            /* paths; NULL = none */
    const char *text_tab, *links_tab, *headers_tab;
    const char *formatted_tab, *frame; /* NULL: it is not shown so */
    const char *place;                 /* "3 of 12", NULL: not known */
    const char *acted;                 /* who delivered or deleted it and when; NULL: nobody did */
    const char *download;              /* path of the question; NULL: not permitted */
    const char *here;
    int64_t held_count;
};

#endif
