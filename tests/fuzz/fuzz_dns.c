/* Record data as a name server sends them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "engine/authn/dns_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum dns_type types[] = {DNS_A, DNS_CNAME, DNS_PTR, DNS_MX, DNS_TXT, DNS_AAAA};
    struct arena *a;
    struct dns_record r;

    if (size < 1)
        return 0;
    a = arena_new();
    if (dns_wire_record(a, types[data[0] % 6], data + 1, size - 1, &r) &&
        (strlen((const char *)r.data) > r.len || r.data[r.len] != 0))
        abort();
    arena_free(&a);
    return 0;
}
