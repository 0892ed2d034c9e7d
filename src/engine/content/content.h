/*
 * What is inside attachments. Each attached file, and each file inside it, is looked at by all looks of
 * looks.def that want it: some open it and hand on what is inside (archives, documents), some say what is
 * bad about it (scripts, macros), some read addresses or text from it.
 * To add one: content/look_x.c that defines `const struct content_look look_x`, and a line in looks.def.
 *
 * Everything runs in the sandbox on hostile bytes. All looks together spend from one budget for each message:
 * members, layers, bytes, ratio, time. What is over a limit is an exception of the message (never a silent stop);
 * each limit is exact: one over triggers, at the limit does not.
 */
#ifndef SEKISHO_CONTENT_H
#define SEKISHO_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct msg;
struct msg_part;
struct passwords;

#define CONTENT_MEMBERS 353 /* files in one archive (9.5 of the specification) */
#define CONTENT_RATIO 100   /* bytes of a member to its compressed bytes */
#define CONTENT_LAYERS 20   /* archives inside archives */
#define CONTENT_MEMBER_BYTES (60 * 1024 * 1024) /* of one member */
#define CONTENT_ALL_BYTES (512 * 1024 * 1024)   /* of all members of a message */
#define CONTENT_LIVE_BYTES (80 * 1024 * 1024)   /* of members that are in memory at the same time */
#define CONTENT_CPU_MS 3000                     /* of all looks at a message */
#define CONTENT_TEXT_BYTES (1024 * 1024)        /* text of documents, all together */

struct content;

struct content_file {
    const char *id;        /* "1.2", of members "1.2/3" */
    const char *name;      /* display string only; "" = none */
    const char *type;      /* as declared; "" = not */
    const char *true_type; /* by content; "" = not known */
    const unsigned char *p;
    size_t n;
    int layer;                         /* archives around it; 0: attached to the message itself */
    const struct content_file *inside; /* NULL: the message */
};

struct content_look {
    const char *name, *help;
    bool (*wants)(const struct content_file *f);
    void (*run)(struct content *c, const struct content_file *f);
};

#define LOOK(id) extern const struct content_look look_##id;
#include "looks.def"
#undef LOOK

/* body: the text of the message as far as it was read; it grows. NULL: none. */
struct content *content_new(struct msg *m, const struct buf *body);
/* Text that was collected goes to the message. */
void content_end(struct content *c);
/* An attachment of the message, already in its list of parts; p is lent for the call. */
void content_part(struct content *c, const struct msg_part *part, const char *p, size_t n);

/* ---- for looks */

struct msg *content_msg(struct content *c);
/* Text of the message that was read before this file. */
const char *content_body(struct content *c, size_t *n);
/* Where passwords.c keeps what it knows of this message; NULL at first. */
struct passwords **content_passwords(struct content *c);
/* Until the look returns. */
struct arena *content_scratch(struct content *c);
/* A file inside f becomes a part (id f->id "/" number) and is looked at in turn; p is lent for the call. false: a limit was passed, f is not to be opened any further. */
bool content_member(struct content *c, const struct content_file *f, const char *name,
                    const void *p, size_t n);
/* A file inside f (name; "" = f as a whole) that cannot be read without a password that nobody knows: a finding
 * "encrypted". false as above. */
bool content_locked(struct content *c, const struct content_file *f, const char *name);
/* Around the unpacking of f. false: a limit of layers was passed, or nothing more is looked at: leave it. */
bool content_open(struct content *c, const struct content_file *f);
void content_close(struct content *c);
/* n bytes were unpacked from f, the innermost that is open: ratio, all bytes and time. false: over a limit. */
bool content_spend(struct content *c, const struct content_file *f, int64_t n);
/* Is there time left? Asked between two steps by looks that may have very many. false: over the limit, as above. */
bool content_time(struct content *c, const struct content_file *f);
/* n bytes of memory are taken for members of f, or given back (n < 0). false: over the limit, nothing taken. */
bool content_hold(struct content *c, const struct content_file *f, int64_t n);
/* A limit was passed: an exception of the message, and f is not unpacked any further. */
void content_over(struct content *c, const struct content_file *f, const char *code, int64_t limit,
                  int64_t seen);
/* UTF-8 text of a document, for scanners; addresses in it are collected (source "attachment"). */
void content_text(struct content *c, const struct content_file *f, const char *text, size_t n);
void content_url(struct content *c, const struct content_file *f, const char *url);
/* code and evidence are copied. kind as in msg_finding. */
void content_finding(struct content *c, const struct content_file *f, const char *code,
                     const char *kind, double score, const char *evidence);
/* What findings of that code have scored in this message so far: for those that count once, however many files there
 * are. */
double content_scored(const struct content *c, const char *code);

#endif
