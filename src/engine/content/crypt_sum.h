/* How a password is checked after an archive was decrypted, where libarchive does not do it. */
#ifndef SEKISHO_CRYPT_SUM_H
#define SEKISHO_CRYPT_SUM_H

#include <stdbool.h>
#include <stdint.h>

struct crypt_sum {
    bool known;
    int number; /* of the file in the archive, from 0 */
    uint32_t crc;
};

#endif
