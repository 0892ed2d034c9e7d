/*
 * What a message is (facts) and what scanners say about it (findings).
 *
 * Made by a sandboxed scan worker (msg/facts.c, scan/), sent to the gate as one JSON object
 * (msg/msg_json.c) and completed there with what needs the network. Everything lives in the
 * message's arena. Text members are valid UTF-8 without NUL; NULL never appears: "" instead.
 */
#ifndef SEKISHO_MSG_H
#define SEKISHO_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "../text/normal.h"

struct arena;
struct err;
struct opened_files;
struct origin;

/* One line each: the limits of the walk. Over a limit = exception finding, never a silent stop. */
#define MSG_HEADER_BYTES (1024 * 1024) /* header block of the message and of each part */
#define MSG_HEADERS 1000
#define MSG_PARTS 1000
#define MSG_DEPTH 50
#define MSG_URLS 1000               /* then only one more for each new host */
#define MSG_MORE_HOSTS 4000         /* ... and so many of them */
#define MSG_FILE_URLS 500           /* of them, in attached files: those of the text have room */
#define MSG_URL_BYTES (1024 * 1024) /* of all together */
#define MSG_TEXT_BYTES (2 * 1024 * 1024) /* decoded text kept for scanners */
#define MSG_ANOMALIES 64
#define MSG_NOTES 5000 /* findings, from which on those without a kind are left out */
#define MSG_FINDINGS 10000
#define MSG_LINKS 1000
#define MSG_LINK_TEXT 300 /* bytes kept of what is shown */

struct envelope {
    const char *client_ip, *client_name, *helo, *tls;
    const char *sender;            /* "" = null sender */
    const char *const *recipients; /* as they came */
    int nrecipients;
    const char *direction; /* "in" or "out" */
    /* What the recipients' organisations have set for scanners, by topic: made in the gate
     * (intake/intake_lists.h), read by the scanner of that topic. NULL: nothing. */
    const json_t *lists;
};
#define LISTS_LEFT_OUT \
    "left_out" /* a topic: {"<org_id>": true} when not all of its lists are there */

/* A field of the message's own header, in order. */
struct msg_field {
    const char *name;  /* as it came */
    const char *value; /* as it came: folded, not decoded, without the last line end; bytes */
    const char *text;  /* unfolded, encoded words decoded, UTF-8 */
};

/* What a reader sees of a link and where it leads; text is "" for a link around a picture. */
struct msg_link {
    const char *text, *href, *part;
    uint32_t hash; /* filled by msg_add_link() */
};

struct msg_part {
    const char *id; /* "1.2", members of archives "1.2/1" */
    const char *type, *true_type, *name;
    int64_t bytes;
    char sha256[65];
    bool encrypted, opened_with_password, attachment;
    int children;
};

struct msg_url {
    const char *url, *host, *source, *part;
    uint32_t hash; /* filled by msg_add_url() */
};

struct msg_finding {
    const char *scanner; /* name in scanners.def, or "clamd" */
    const char *code;    /* "gtube", "Eicar-Test-Signature" */
    const char *kind; /* what it makes of the mail: "spam", "malware", "unscannable", "" = note */
    double score;
    const char *evidence;
    const char *part; /* "" = whole message */
    const char *org;  /* only for copies of that organisation; "" = for everybody */
};

/* How HTML hides text, for scan_hidden: kinds by enum html_hiding (html.h). */
#define MSG_HIDINGS 9
struct msg_hiding {
    size_t letters[MSG_HIDINGS]; /* of hidden text, by how; [0]: of shown text */
    int split_words;             /* words of shown text with hidden text inside */
    int comments;                /* ... with comments inside */
    int unknown_tags;            /* ... with elements that no browser knows */
    const char *word;            /* the first of them, as it is read */
};

struct msg_exception {
    const char *code, *part;
    int64_t limit, seen;
};

struct msg {
    int64_t bytes;
    unsigned char sha256[32];
    int64_t microseconds;
    /* header facts */
    const char *from, *from_name, *subject, *message_id, *date;
    const char *from_name_normal; /* as text_normal() reads it */
    const double *style;          /* STYLE_FEATURES numbers (style/style.h); NULL: not measured */
    const char *from_key; /* from_name as it is compared (scan/people_name.h); "" = no person's */
    int received;         /* Received fields */
    int own_headers;      /* X-Sekisho-* fields that came from outside (T-S7) */
    bool list_mail, auto_submitted;
    /* growing lists; use msg_add_* */
    struct msg_part *parts;
    int nparts;
    struct msg_url *urls;
    int nurls;
    size_t url_bytes;
    uint32_t *hosts; /* hash of the host of each */
    bool urls_full;  /* no more are taken: an exception that holds it */
    int file_urls;   /* seen in attached files, without repeats until the limit */
    struct msg_finding *findings;
    int nfindings;
    struct msg_exception *exceptions;
    int nexceptions;
    const char **anomalies; /* "mime-duplicate-boundary", sorted by first appearance, no repeats */
    int nanomalies;
    /* only inside the worker, not sent: decoded text for scanners. All UTF-8. */
    const char *text; /* visible text of all text parts, one after the other */
    size_t text_len;
    size_t page_at, page_len; /* in text: what the first page (HTML) shows; 0, 0: there is none */
    bool page_alone;          /* ... instead of all text in front of it (multipart/alternative) */
    const char *hidden;       /* text of HTML that no reader sees */
    size_t hidden_len;
    const char *source; /* text parts with their markup, one after the other */
    size_t source_len;
    const char *file_text; /* text of attached documents (content/) */
    size_t file_text_len;
    struct msg_field *fields; /* at most MSG_HEADERS */
    int nfields;
    struct msg_link *links;
    int nlinks;
    bool html; /* a part in HTML is shown */
    /* What was opened with a password (content/opened_files.h), NULL: nothing; over: there was more. Not part of the JSON. */
    struct opened_files *opened;
    bool opened_over;
    const char *learn; /* stats/pack.h in base64, for what people say of it; not part of the JSON */
    const struct envelope *env; /* never NULL */
    struct arena *arena;
    const char *normal; /* subject and shown text as they are meant (text/normal.h) */
    size_t normal_len;
    const char *language; /* of it, ISO 639-1; "" = not known. This one is sent. */
    struct text_tricks tricks;
    struct msg_hiding hiding;
    const struct origin *origin; /* made at first use by scan/origin.h; NULL before */
};

struct msg *msg_new(struct arena *a);
void msg_add_part(struct msg *m, struct msg_part p);
/* Copies url and host when it takes them. */
void msg_add_url(struct msg *m, struct msg_url u); /* no repeats; limits are exceptions */
/* Stops at MSG_NOTES or MSG_FINDINGS. */
void msg_add_finding(struct msg *m, struct msg_finding f);
/* One without a kind, about the whole message: it only adds to the score. Texts are not copied. */
void msg_add_note(struct msg *m, const char *scanner, const char *code, double score,
                  const char *evidence);
/* Copies its texts; stops at MSG_LINKS with an exception. */
void msg_add_link(struct msg *m, struct msg_link l);
/* First field of that name, any case; NULL: there is none. */
const struct msg_field *msg_field(const struct msg *m, const char *name);
/* Bytes of the visible text without white space; not counted beyond most. */
size_t msg_letters(const struct msg *m, size_t most);
/* Where in text begins what a reader has: 0, or behind plain text that is far longer than the page that is shown instead
 * of it, and so speaks to programs only. */
size_t msg_shown_at(const struct msg *m);
void msg_add_exception(struct msg *m, const char *code, const char *part, int64_t limit,
                       int64_t seen);
void msg_add_anomaly(struct msg *m, const char *code);

/* All facts and findings, the members that `sekisho scan` prints (architecture: "What sekisho scan
 * --json prints") plus "header". */
json_t *msg_to_json(const struct msg *m);
/* What a worker tells of a message, as UTF-8 without a NUL, in the arena of the message (msg_pack.c). */
const char *msg_pack(const struct msg *m);
/* The member "facts" of a worker's reply, which is such text. Strict; what a worker sends is not trusted: lengths and
 * counts are checked again. -1 and ERR_ENV. */
int msg_unpack(struct arena *a, const json_t *reply, struct msg **out, struct err *e);

/* Parses the message (msg/facts.c: GMime with the limits above) and runs scanners.def. Called in
 * the sandbox, and by `sekisho scan`. Never fails: what cannot be parsed becomes a finding of kind
 * "unscannable". raw stays valid as long as the arena. */
struct msg *msg_scan(struct arena *a, const unsigned char *raw, size_t n,
                     const struct envelope *env);

/* The safe preview for the portal, as JSON (msg/preview.c), text only, nothing active:
 *   { "blocks": [ {"t":"text","s":"..."}, {"t":"link","s":"label","url":"...","host":"..."},
 *                 {"t":"image","s":"name or alt","host":"..."}, {"t":"break"} ],
 *     "links": [{"text","url","host"}], "headers": [["Name","value"]...],
 *     "attachments": [{"name","type","bytes"}], "truncated": false, "html": true when it has an HTML text }
 * At most 200 KiB of text, 200 links, 200 headers. */
json_t *msg_preview(struct arena *a, const unsigned char *raw, size_t n);

/* The formatted preview: { "html": a whole document made of html_safe() (to be sent as it is), "truncated": false, "formatted":
 * true when there was an HTML text }. */
json_t *msg_formatted(struct arena *a, const unsigned char *raw, size_t n);

#endif
