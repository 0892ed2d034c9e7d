#include "features.h"
#include "collect.h"
#include "sides.h"
#include "text.h"
#include "../msg/msg.h"

#include <string.h>
#include <strings.h>

/* How far pairs of words reach. 2 and 4 were tried for texts: no better, and slower. */
#define REACH_TEXT 1
#define REACH_SUBJECT 2
#define REACH_NAME 1

static void
words(struct collect *c, enum stats_group g, const char *label, int reach, int most, const char *p,
      size_t n)
{
    struct stream s = {.c = c, .group = g, .label = label, .reach = reach, .left = most};
    stream_begin(&s);
    text_words(&s, p, n);
}

/* "[list] Re: Fwd: ": what lists and mail programs put before a subject. */
static const char *
bare_subject(const char *s)
{
    for (;;) {
        const char *close;
        while (*s == ' ')
            s++;
        if (*s == '[' && (close = strchr(s, ']')) && close - s < 40 && close[1])
            s = close + 1;
        else if (strncasecmp(s, "re:", 3) == 0 || strncasecmp(s, "fw:", 3) == 0)
            s += 3;
        else if (strncasecmp(s, "fwd:", 4) == 0)
            s += 4;
        else
            return s;
    }
}

void
stats_features(struct arena *a, const struct msg *m, struct stats_features *out)
{
    struct collect c;
    const char *subject = bare_subject(m->subject);
    collect_begin(&c, a, out);
    side_sender(&c, m); /* first: it knows the recipients' names */
    side_shape(&c, m);
    words(&c, STATS_SUBJECT, "subject: ", REACH_SUBJECT, 60, subject, strlen(subject));
    words(&c, STATS_SUBJECT, "from: ", REACH_NAME, 20, m->from_name, strlen(m->from_name));
    side_links(&c, m);
    words(&c, STATS_UNSEEN, "hidden: ", 0, STATS_HIDDEN_WORDS, m->hidden, m->hidden_len);
    words(&c, STATS_UNSEEN, "file: ", 0, STATS_FILE_WORDS, m->file_text, m->file_text_len);
    words(&c, STATS_TEXT, "", REACH_TEXT, STATS_TEXT_WORDS, m->normal, m->normal_len);
}
