#include "usermail_device.h"

#include "../../common/device.h"
#include "../../common/jsonx.h"

const char *
usermail_device(struct usermail *m)
{
    const char *agent = jsonx_str(m->params, "agent"), *browser, *system;

    device_words(agent ? agent : "", &browser, &system);
    if (browser && system)
        return TF(T("{browser} on {system}"), "browser", browser, "system", system);
    return browser ? browser : system ? system : T("Unknown device");
}

const char *
usermail_client(struct usermail *m)
{
    const char *ip = jsonx_str(m->params, "ip");

    return letter_line(m->a, ip ? ip : "", 64);
}
