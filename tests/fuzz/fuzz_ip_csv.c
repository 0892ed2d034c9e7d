/* Lists of addresses as CSV: any bytes give entries, and those that are good are written and read back the same. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/dnsbl_codes.h"
#include "common/err.h"
#include "common/ip_csv.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct ip_csv_entry *all, *again;
    int count = ip_csv_read(a, (const char *)p, n, &all), good = 0, k = 0;
    struct buf *b = buf_new(a, 0);
    struct dnsbl_codes codes;

    ip_csv_head(b);
    for (int i = 0; i < count; i++) {
        BUG_IF(!all[i].text || !all[i].note ||
               (all[i].state == IP_CSV_OK) > (*all[i].network != '\0'));
        if (all[i].state == IP_CSV_OK && ++good)
            ip_csv_write(b, all[i].network, all[i].note);
    }
    BUG_IF(ip_csv_read(a, b->data, b->len, &again) != good);
    for (int i = 0; i < count; i++)
        if (all[i].state == IP_CSV_OK) {
            BUG_IF(strcmp(all[i].network, again[k].network) || strcmp(all[i].note, again[k].note));
            k++;
        }
    (void)dnsbl_codes_parse(arena_memdup(a, p, n), &codes, NULL);
    arena_free(&a);
    return 0;
}
