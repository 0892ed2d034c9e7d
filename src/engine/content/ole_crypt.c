#include "ole.h"
#include "bytes.h"
#include "content.h"

#include <string.h>

bool
ole_encrypted(struct ole *o)
{
    (void)o;
    return false;
}
