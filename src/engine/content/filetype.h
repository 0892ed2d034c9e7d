/* What the name of a file says it is, and what is odd about the name (T-A7). Types by content: msg/mime_type.h. */
#ifndef SEKISHO_FILETYPE_H
#define SEKISHO_FILETYPE_H

#include <stdbool.h>

#include "../msg/mime_type.h"

/* By the last ending, as Windows sees it: without dots and blanks behind it. */
enum file_class filetype_name(const char *name);
/* What such a name counts by itself (type_names.def). */
double filetype_name_score(const char *name);
/* "invoice.pdf.exe": the ending of something harmless in front of that of something that runs. */
bool filetype_two_endings(const char *name);
/* Characters that show the rest of the name backwards. */
bool filetype_backwards(const char *name);

#endif
