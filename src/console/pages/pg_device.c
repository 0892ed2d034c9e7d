/* What a browser is, in words. */
#include "pg_security.h"

#include "../../common/device.h"
#include "../view.h"

const char *
pg_device(struct web_req *r, const char *agent)
{
    const char *browser, *system;
    device_words(agent, &browser, &system);
    if (browser && system)
        return TF(T("{browser} on {system}"), "browser", browser, "system", system);
    if (browser || system)
        return browser ? browser : system;
    return T("Unknown device");
}
