/*
 * A message as rules see it: parts, fields, text, HTML, addresses, hops, pictures, dates. The rules ask for
 * everything that there is.
 */
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
#include "engine/rules/rules.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static const char rules[] =
    "util_rb_tld com org\nutil_rb_2tld co.uk\nfreemail_domains mail.com\n"
    "enlist_uri_host (H) evil.com\nenlist_addrlist (L) *@evil.com\n"
    "redirector_pattern m'^https?:/+r\\.com/\\?(.*)'i\n"
    "header A ALL =~ /x/\nheader B ALL:raw =~ /x/\nheader C From:addr =~ /x/\nheader D From:name "
    "=~ /x/\n"
    "header E ToCc:addr =~ /x/\nheader F X-Spam-Relays-External =~ /x/\nheader G From:domain =~ "
    "/x/\n"
    "header H Received:revip =~ /x/\nheader I EnvelopeFrom =~ /x/\nheader J ALL-EXTERNAL =~ /x/\n"
    "mimeheader K Content-Type:raw =~ /x/\nbody L /x/\nrawbody M /x/\nuri N /x/\nfull O /x/\n"
    "body P eval:html_range('obfuscation_ratio', '.1', 'inf')\n"
    "body Q eval:html_text_match('comment','x')\nbody R eval:html_title_subject_ratio('3')\n"
    "body S eval:check_https_http_mismatch('1','10')\nbody T eval:check_https_ip_mismatch()\n"
    "body U eval:check_for_mime('mime_qp_count')\nbody V eval:check_stock_info('2')\n"
    "body W eval:multipart_alternative_difference('99', '100')\nbody X "
    "eval:tvd_vertical_words('1','2')\n"
    "body Y eval:image_count('all','1','2')\nbody Z eval:check_for_uppercase('50','75')\n"
    "header AA eval:check_for_shifted_date('1','2')\nheader AB eval:check_outlook_message_id()\n"
    "header AC eval:check_freemail_replyto('reply')\nheader AD "
    "eval:check_for_to_in_subject('user')\n"
    "header AE eval:check_ratware_envelope_from()\nheader AF eval:check_ratware_name_id()\n"
    "header AG eval:similar_recipients('0.4','undef')\nheader AH eval:sorted_recipients()\n"
    "header AI eval:check_illegal_chars('ALL','0.01','2')\nheader AJ eval:subject_is_all_caps()\n"
    "header AK eval:check_for_forged_received_trail()\nheader AL eval:check_unresolved_template()\n"
    "header AM eval:check_for_fake_aol_relay_in_rcvd()\nbody AN eval:check_uri_host_listed('H')\n"
    "header AO eval:check_from_in_list('L')\nheader AP "
    "eval:check_for_forged_hotmail_received_headers()\n"
    "header AQ eval:check_for_no_rdns_dotcom_helo()\nheader AR eval:helo_ip_mismatch()\n"
    "rawbody AS eval:check_blank_line_ratio('20','30','8')\nbody AT eval:check_ma_non_text()\n";

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    static struct ruleset *set;
    struct arena *a = arena_new();
    struct rules_result r;
    if (!set)
        set = rules_from_text(rules, sizeof rules - 1, 0);
    BUG_IF(rules_totals(set).errors > 0);
    rules_check(set, a, NULL, (const char *)p, n, &r);
    BUG_IF(r.late && n < 10000);
    arena_free(&a);
    return 0;
}
