/* The fields of the message's own header, for scanners: as they came, and readable. */
#ifndef SEKISHO_FIELDS_H
#define SEKISHO_FIELDS_H

#include <stddef.h>

struct msg;

/* n: bytes of the header block without the empty line. Fills m->fields. Lines that are no field are left out. */
void fields_read(struct msg *m, const unsigned char *head, size_t n);

#endif
