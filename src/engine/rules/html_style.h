/* Which colours and sizes text has: what a reader cannot see, or hardly. */
#ifndef SEKISHO_RULES_HTML_STYLE_H
#define SEKISHO_RULES_HTML_STYLE_H

#include "view.h"

#define STYLE_DEPTH 200 /* elements around each other; those inside are as the one around */
#define COLOR_INVALID 0xff000000u

struct style_level {
    char tag[12];
    unsigned fg, bg; /* RGB, or COLOR_INVALID */
    int size;        /* of the old seven */
    bool not_displayed, not_visible;
};

struct html_style {
    struct style_level level[STYLE_DEPTH];
    int n, basefont;
};

struct html_attr {
    struct span name, value;
};

void html_style_begin(struct html_style *s, struct html_info *info);
void html_style_open(struct html_style *s, struct html_info *info, struct arena *a, const char *tag,
                     const struct html_attr *attr, int n);
void html_style_close(struct html_style *s, const char *tag);
/* Text here is not seen; notes why. */
bool html_style_hides(const struct html_style *s, struct html_info *info);

#endif
