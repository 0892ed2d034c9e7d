/* Dates, times and numbers by ICU, in a language and time zone, for pages and mails. In any thread. */
#ifndef SEKISHO_LOCAL_FORMAT_H
#define SEKISHO_LOCAL_FORMAT_H

#include <stdint.h>

struct arena;

/* ICU's locale for a language of ours: English means international English, 24 Nov 2026, 18:20. */
const char *local_locale(const char *lang);
/* ms since 1970. skeleton: which fields, not their order: "yMMMEdHm". style: the reader's choice of how dates look
 * (account.date_style): "numbers" writes months as numbers in the language's order, "iso" is 2026-11-24 18:20 (ISO 8601)
 * in any language; anything else, also NULL, is the language's own way. */
char *local_time_as(struct arena *a, const char *lang, const char *tz, const char *style,
                    int64_t ms, const char *skeleton);
char *local_int(struct arena *a, const char *lang, int64_t n);

/* Closes the formats that this thread keeps: for threads that end. */
void local_format_end(void);

#endif
