/* T-E6: the addresses inside of addresses, also several around one another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "common/arena.h"
#include "engine/url/url.h"
#include "engine/url/url_unwrap.h"

static const struct {
    const char *wrapped, *inner; /* host of the innermost one; "" = nothing inside */
} table[] = {
    {"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2Fx&data=05",
     "evil.example"},
    {"https://urldefense.proofpoint.com/v1/url?u=http%3A%2F%2Fevil.example/x&k=1", "evil.example"},
    {"https://urldefense.proofpoint.com/v2/url?u=https-3A__evil.example_x&d=Dw&c=1",
     "evil.example"},
    {"https://urldefense.com/v3/__https://evil.example/x?y=1__;!!abc!def$", "evil.example"},
    {"https://urldefense.com/v3/__https:/evil.example/x__;!!abc", "evil.example"},
    {"https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fevil.example%2f&c=E,1", "evil.example"},
    {"https://protect-us.mimecast.com/s/abcDEF?domain=evil.example", "evil.example"},
    {"https://secure-web.cisco.com/1abc/https%3A%2F%2Fevil.example%2Fx", "evil.example"},
    {"https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/"
     "query?url=https%3a%2f%2fevil.example&umid=1",
     "evil.example"},
    {"https://clicktime.symantec.com/3abc?u=https%3A%2F%2Fevil.example", "evil.example"},
    {"https://protect.checkpoint.com/v2/___https://evil.example/x___.YzJ1", "evil.example"},
    {"https://eu-west-1.protection.sophos.com/?d=evil.example&u=aHR0cHM6Ly9ldmlsLmV4YW1wbGUv&i=1",
     "evil.example"},
    {"https://www.google.com/url?q=https://evil.example/&sa=D", "evil.example"},
    {"https://www.google.co.jp/url?sa=t&url=https%3A%2F%2Fevil.example", "evil.example"},
    {"https://www.google.com/amp/s/evil.example/x", "evil.example"},
    {"https://evil-example.cdn.ampproject.org/c/s/evil.example/x", "evil.example"},
    {"https://googleads.g.doubleclick.net/pcs/click?xai=1&adurl=https://evil.example/",
     "evil.example"},
    {"https://evil-example.translate.goog/x?_x_tr_sl=en", "evil.example"},
    {"https://my--evil-example.translate.goog/", "my-evil.example"},
    {"https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9ldmlsLmV4YW1wbGUv&ntb=1", "evil.example"},
    {"https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2F&h=AT", "evil.example"},
    {"https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fevil.example", "evil.example"},
    {"https://www.linkedin.com/safety/go?url=https%3A%2F%2Fevil.example", "evil.example"},
    {"https://vk.com/away.php?to=https%3A%2F%2Fevil.example", "evil.example"},
    {"https://href.li/?https://evil.example/", "evil.example"},
    {"https://duckduckgo.com/l/?uddg=https%3A%2F%2Fevil.example", "evil.example"},
    /* no known wrapper: any parameter, the path, the fragment, base64 */
    {"https://shop.example/out?to=https://evil.example/", "evil.example"},
    {"https://shop.example/out?to=https%253A%252F%252Fevil.example", "evil.example"},
    {"https://shop.example/out?a=1&amp;to=https%3A%2F%2Fevil.example", "evil.example"},
    {"https://shop.example/go/https://evil.example/x?y", "evil.example"},
    {"https://shop.example/go/https:%2F%2Fevil.example", "evil.example"},
    {"https://shop.example/#https://evil.example/", "evil.example"},
    {"https://shop.example/?r=aHR0cHM6Ly9ldmlsLmV4YW1wbGUv", "evil.example"},
    {"https://shop.example/c/aHR0cHM6Ly9ldmlsLmV4YW1wbGUv", "evil.example"},
    {"https://shop.example/out?to=https:%5C%5Cevil.example", "evil.example"},
    /* wrapped in wrapped */
    {"https://nam02.safelinks.protection.outlook.com/"
     "?url=https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2F%2Fwww."
     "google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fevil.example__%3B!!a&data=05",
     "evil.example"},
    {"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Famp%2Fs%2Fevil.example%2F",
     "evil.example"},
    /* harmless */
    {"https://www.google.com/search?q=weather", ""},
    {"https://example.com/?next=/home&x=http", ""},
    {"https://example.com/http-errors.html", ""},
    {"https://www.google.com/url?q=/relative", ""},
    {"https://www.bing.com/ck/a?u=a1////", ""},
    {"https://example.com/", ""},
    {"mailto:a@example.com?subject=https://x.example", ""},
};

static void
the_address_inside_is_found(void **state)
{
    struct arena *a = arena_new();
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct url u;
        const char *inner, *host = "";
        assert_true(url_parse(a, table[i].wrapped, &u));
        for (int k = 0; k < URL_WRAPS && *(inner = url_unwrap(a, &u)) && url_parse(a, inner, &u);
             k++)
            host = u.host;
        if (strcmp(host, table[i].inner) != 0) {
            print_error("%s: \"%s\"\n", table[i].wrapped, host);
            wrong++;
        }
    }
    arena_free(&a);
    assert_int_equal(wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_address_inside_is_found)};
    return cmocka_run_group_tests_name("url_unwrap", tests, NULL, NULL);
}
