/* How the message is built: fields, parts, markup, and how its text looks from afar. */
#include "sides.h"
#include "collect.h"
#include "../msg/msg.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Fields that senders choose. What relays, mailing lists, collectors and other filters add is not among
 * them: a filter that knows the lists of one office takes everybody else's mail for spam. */
static const char *const fields[] = {
    "In-Reply-To",
    "References",
    "List-Unsubscribe",
    "Reply-To",
    "MIME-Version",
    "X-Priority",
    "X-MSMail-Priority",
    "Importance",
    "X-Mailer",
    "User-Agent",
    "Organization",
    "Auto-Submitted",
    "Date",
    "Message-ID",
    "Subject",
    "Content-Language",
    "Thread-Index",
    "Feedback-ID",
    "Disposition-Notification-To",
};

/* Elements that are counted. */
static const char *const tags[] = {"a",     "area",  "b",      "base",  "br",    "button", "center",
                                   "div",   "embed", "font",   "form",  "h1",    "iframe", "img",
                                   "input", "li",    "map",    "meta",  "p",     "script", "span",
                                   "style", "table", "object", "title", "strong"};
#define TAGS (sizeof tags / sizeof *tags)
#define SOURCE_READ 262144

static void
header_shape(struct collect *c, const struct msg *m)
{
    const struct msg_field *f;
    bool answer = msg_field(m, "In-Reply-To") || msg_field(m, "References");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (msg_field(m, fields[i]))
            collect_fact(c, STATS_SHAPE, "field ", fields[i]);
        else
            collect_fact(c, STATS_SHAPE, "no field ", fields[i]);
    f = msg_field(m, "X-Mailer");
    if (!f)
        f = msg_field(m, "User-Agent");
    if (f) {
        const char *t = f->text + strspn(f->text, " ");
        collect_fact(c, STATS_SHAPE,
                     "program: ", arena_strndup(c->a, t, strcspn(t, " /0123456789(,;")));
    }
    if (strncasecmp(m->subject, "re:", 3) == 0 || strncasecmp(m->subject, "fw", 2) == 0)
        collect_fact(c, STATS_SHAPE, "answer: ", answer ? "to a message" : "to nothing");
}

static void
subject_shape(struct collect *c, const char *s)
{
    size_t n = strlen(s), upper = 0, lower = 0, digits = 0, marks = 0, gap = 0, run = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)s[i];
        upper += isupper(ch) != 0;
        lower += islower(ch) != 0;
        digits += isdigit(ch) != 0;
        marks += ch == '!' || ch == '?' || ch == '$' || ch == '*';
        run = ch == ' ' ? run + 1 : 0;
        gap |= run >= 5;
    }
    collect_size(c, STATS_SHAPE, "subject, length: ", n);
    collect_size(c, STATS_SHAPE, "subject, digits: ", digits);
    collect_number(c, STATS_SHAPE, "subject, marks: ", marks > 3 ? 3 : marks);
    if (upper + lower > 3 && upper > lower * 2)
        collect_fact(c, STATS_SHAPE, "subject: ", "capitals");
    if (gap)
        collect_fact(c, STATS_SHAPE, "subject: ", "gap");
}

static void
parts_shape(struct collect *c, const struct msg *m)
{
    bool plain = false;
    int files = 0;
    for (int i = 0; i < m->nparts && i < 30; i++) {
        const struct msg_part *p = &m->parts[i];
        plain |= strcasecmp(p->type, "text/plain") == 0 && !p->attachment;
        files += p->attachment;
        collect_fact(c, STATS_SHAPE, p->attachment ? "file of type " : "part of type ", p->type);
        if (*p->name && p->attachment)
            collect_fact(c, STATS_SHAPE, "file name ends in ", side_ending(c->a, p->name, 8));
    }
    collect_fact(c, STATS_SHAPE,
                 "text: ", m->html ? plain ? "plain and HTML" : "HTML only" : "plain");
    collect_size(c, STATS_SHAPE, "parts: ", (uint64_t)m->nparts);
    collect_size(c, STATS_SHAPE, "files: ", (uint64_t)files);
    for (int i = 0; i < m->nanomalies; i++)
        collect_fact(c, STATS_SHAPE, "form: ", m->anomalies[i]);
}

static void
text_shape(struct collect *c, const struct msg *m)
{
    size_t n = m->text_len < SOURCE_READ ? m->text_len : SOURCE_READ, upper = 0, lower = 0,
           marks = 0, digits = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)m->text[i];
        upper += ch >= 'A' && ch <= 'Z';
        lower += ch >= 'a' && ch <= 'z';
        digits += ch >= '0' && ch <= '9';
        marks += ch == '!';
    }
    collect_size(c, STATS_SHAPE, "text, length: ", n);
    collect_size(c, STATS_SHAPE, "text, exclamation marks: ", marks);
    collect_number(c, STATS_SHAPE,
                   "text, tenths of capitals: ", upper + lower ? upper * 10 / (upper + lower) : 0);
    collect_number(c, STATS_SHAPE, "text, tenths of digits: ", n ? digits * 10 / n : 0);
    if (m->hidden_len > 0)
        collect_number(c, STATS_SHAPE,
                       "hidden text, tenths: ", m->hidden_len * 10 / (m->hidden_len + m->text_len));
}

static void
count_tag(const char *p, const char *end, uint32_t count[TAGS])
{
    size_t n = 0;
    while (p + n < end && n < 10 && isalnum((unsigned char)p[n]))
        n++;
    for (size_t i = 0; i < TAGS; i++)
        if (tags[i][0] == (p[0] | 0x20) && strlen(tags[i]) == n && strncasecmp(p, tags[i], n) == 0)
            count[i]++;
}

static void
markup_shape(struct collect *c, const struct msg *m)
{
    uint32_t count[TAGS] = {0}, comments = 0;
    const char *p = m->source,
               *end = p + (m->source_len < SOURCE_READ ? m->source_len : SOURCE_READ);
    if (!m->html)
        return;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
        if (++p < end && isalpha((unsigned char)*p))
            count_tag(p, end, count);
        else if (end - p > 3 && memcmp(p, "!--", 3) == 0)
            comments++;
    }
    for (size_t i = 0; i < TAGS; i++)
        if (count[i])
            collect_size(c, STATS_SHAPE, arena_printf(c->a, "<%s>: ", tags[i]), count[i]);
    collect_size(c, STATS_SHAPE, "comments: ", comments);
    collect_size(c, STATS_SHAPE, "markup to text: ", m->source_len / (m->text_len + 1));
}

void
side_shape(struct collect *c, const struct msg *m)
{
    header_shape(c, m);
    subject_shape(c, m->subject);
    parts_shape(c, m);
    text_shape(c, m);
    markup_shape(c, m);
}
