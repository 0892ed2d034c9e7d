/* B05: what says that it is too large is refused before its bytes come. */
#include "../../common/settings.h"
#include "check.h"
#include "intake_conn.h"

bool
check_size(struct check *k)
{
    if (k->m->declared <= settings_int(SET_message_size))
        return false;
    return check_refuse(k, 552, "5.3.4", "Message too large", "message-too-large", "");
}
