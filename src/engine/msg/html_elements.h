/* What is known about elements by name: which end lines, which hold no markup, which close others. */
#ifndef SEKISHO_HTML_ELEMENTS_H
#define SEKISHO_HTML_ELEMENTS_H

#define HTML_VOID 1u      /* has no content */
#define HTML_LINE 2u      /* text before and behind is on other lines */
#define HTML_RAW 4u       /* content is no markup, and not shown */
#define HTML_RAW_SHOWN 8u /* content is no markup, but shown */
#define HTML_SPECIAL \
    16u /* end tags of unknown elements do not reach behind it (HTML standard, 13.2.4.2) */
#define HTML_SCOPE 32u      /* neither do end tags of lines */
#define HTML_TABLE 64u      /* parts of tables: only a table stops their end tags */
#define HTML_CLOSES_P 128u  /* an open <p> ends before it */
#define HTML_UNSEEN 256u    /* content is markup, but never shown */
#define HTML_FORMAT 512u    /* <b>, <font> ...: may be closed across others */
#define HTML_KNOWN 1024u    /* browsers know it */
#define HTML_BREAKOUT 2048u /* ends <svg> and <math> */

/* 0 for names that browsers do not know. */
unsigned html_element(const char *name);

#endif
