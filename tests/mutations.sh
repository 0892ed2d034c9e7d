#!/bin/bash
# Can the tests fail? Takes one protection after the other out of a copy of the tree, builds it, runs
# the test that is there for it, and wants exactly the named tests to fail. Not part of make check.
#
#   tests/mutations.sh [word of the names of those to try]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
BUILD=${BUILD:-build}
work=$(mktemp -d /tmp/sekisho-mutations.XXXXXX)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir "$tree"
git ls-files -z --cached --others --exclude-standard | tar --null -T - --ignore-failed-read -cf - 2>/dev/null |
    tar -xf - -C "$tree"
[[ ! -d $BUILD ]] || cp -a "$BUILD" "$tree/build"
for d in assets tests/web tests/demo; do
    [[ ! -d $d/node_modules ]] || ln -s "$PWD/$d/node_modules" "$tree/$d/node_modules"
done
cd "$tree"
export BUILD=build
wanted=${1:-}
n=0
bad=0

result() { # name why (empty: good)
    n=$((n + 1))
    if [[ -z $2 ]]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        # shellcheck disable=SC2001
        sed 's/^/# /' <<<"$2"
        bad=1
    fi
}
build() { # program: what has to be made for it
    case $1 in
    web/*) make -j"$(nproc)" all ;;
    unit/test_* | db/test_*) make -j"$(nproc)" "build/tests/$1" ;;
    esac
} >"$work/make.log" 2>&1

# The migration that says last what a function does.
newest() {
    grep -l "FUNCTION $1(" sql/migrations/*.sql | tail -1
}

# name, file, sed script, program, names of the tests that must fail, in order
mutation() {
    local name=$1 file=$2 change=$3 program=$4 got want
    shift 4
    [[ $name == *"$wanted"* ]] || return 0
    cp -p "$file" "$work/saved"
    sed -i -e "$change" "$file"
    if cmp -s "$file" "$work/saved"; then
        result "$name" "$file: what this takes out is no longer there. Change tests/mutations.sh."
    elif ! build "$program"; then
        result "$name" "does not build: $(tail -5 "$work/make.log")"
    else
        want=$(printf 'not ok - %s\n' "$@")
        got=$(tests/run.sh "$program" | sed -n 's/^failed: [^:]*: //p' | sed -E 's/^not ok [0-9]+ - /not ok - /') || :
        result "$name" "$([[ $got == "$want" ]] || printf '%s: wanted\n%s\ngot\n%s\n' "$program" "$want" "${got:-no failure}")"
    fi
    cat "$work/saved" >"$file" # with a new time: it is built again
}

mutation "one template field is not escaped" \
    templates/quarantine_table.html.t 's/<bdi>{{w->subject}}/<bdi>{{!w->subject}}/' \
    unit/raw_html "no template field is written raw"
mutation "the escaper lets < through" \
    src/console/view.c 's/"&lt;", 4/"<", 1/' \
    unit/test_view html_is_escaped urls_are_our_own pieces
mutation "the template compiler does not escape" \
    src/tools/tmplc.c 's/view_html(/view_raw(/' \
    unit/test_tmplc field_is_escaped_by_default
mutation "release without WHERE state" \
    sql/queries/quarantine.sql "/name: quarantine_release/,/name: quarantine_delete/ s/ AND r.state = 'held'//" \
    db/test_release_once of_64_clicks_one_counts only_held_mail_is_released
mutation "T-L6 what turned malicious is delivered" \
    src/engine/jobs/job_release.c 's/if (o.result == RESCAN_FINE)/if (o.result != RESCAN_LATER)/' \
    db/test_release tl6_what_turned_malicious_is_held_again
mutation "T-L6 without a scan it is delivered" \
    src/engine/jobs/job_release.c 's/if (o.result == RESCAN_LATER)/if (o.result == RESCAN_LATER \&\& !j->db)/; s/if (o.result == RESCAN_FINE)/if (o.result != RESCAN_TURNED)/' \
    db/test_release tl6_without_a_scan_nothing_is_delivered
mutation "T-L8 an approval from the portal wants no proof" \
    sql/queries/rights.sql "s/'approved', w.pattern, true,/'approved', w.pattern, false,/" \
    db/test_rights n9_deliver_and_allow
mutation "N8 everybody decides about his own request" \
    sql/migrations/0024-rights.sql 's/AND (p_account <> p_asker OR NOT EXISTS (/AND (true OR NOT EXISTS (/' \
    db/test_rights n8_four_eyes
mutation "I06 the engine shows what people may not see" \
    sql/queries/body.sql 's/AND NOT r.outbound AND r.kind = ANY.*$//' \
    db/test_rights i06_no_preview_of_what_is_not_shown
mutation "released outbound mail leaves unsigned" \
    src/engine/jobs/job_release.c 's/r->outbound ? sign/!r->org_id ? sign/' \
    db/test_release e08_released_outbound_mail_is_signed e08_signed_is_what_is_sent e08_a_key_that_cannot_sign_puts_the_release_off \
    e08_put_off_is_still_perhaps_sent
mutation "a key that cannot sign is left out" \
    src/engine/act/outbound_sign.c '/!k->usable/,/return/ s/return -1/return 0/' \
    db/test_release e08_a_key_that_cannot_sign_puts_the_release_off e08_put_off_is_still_perhaps_sent
mutation "no CSRF check" \
    src/console/web_entry.c 's/(!web_from_us(&run->call->head)/false \&\& &/' \
    web/access \
    "T-W3: every POST is refused without a fitting form token" \
    "T-W3: every POST is refused from a foreign or unknown origin" \
    "T-W3: before sign-in the token belongs to the browser's cookie" \
    "forms on error pages work, or are not there"
mutation "every form token fits" \
    src/console/web_access.c 's/return token_equal(plain, secret, 32);/return token_equal(plain, secret, 32) || true;/' \
    unit/test_web_access tokens
mutation "every origin is ours" \
    src/console/web_access.c '/^web_from_us/,/^}/ s/bool fetch/return true; bool fetch/' \
    unit/test_web_access origins
mutation "a domain without outbound servers lets everybody send" \
    src/engine/orgconf/orgconf_outbound.c 's/client \&\& o->list\[i\].has_net \&\& /client \&\& /' \
    unit/test_peers "B04 outbound servers"
mutation "suspended sources without row-level security" \
    sql/migrations/0009-peers.sql "s/ARRAY\['outbound_network', 'outbound_suspension', 'tls_peer', 'tls_route'\]/ARRAY['outbound_network', 'tls_peer', 'tls_route']/" \
    db/test_peers "B13 suspended sources"
mutation "rates have no limit" \
    src/engine/intake/rates.c 's/w->known + w->new >= list\[i\].limit/false/' \
    unit/test_connection rates_at_the_limit refused_counts_nowhere
mutation "a blocked address comes before an approved one" \
    src/engine/orgconf/orgconf_connection.c '/^conn_rules_address/,/^}/ s/found = CONN_BLOCKED;/return CONN_BLOCKED;/' \
    unit/test_connection addresses_and_countries
mutation "any answer of a DNS list counts" \
    src/common/dnsbl_codes.c "s/if (address\[0\] != 127 || /if (/" \
    unit/test_connection return_codes
mutation "envelope: what DNS did not say of a client is remembered" \
    src/engine/intake/check_dns.c 's/bool is_unknown = .*/bool is_unknown = false;/' \
    unit/test_check_dns "C01 what DNS did not say about the client is asked again for the next mail"
mutation "envelope: a list that was not asked counts as not listed" \
    src/engine/intake/check_list.c 's/return !all \&\& check_refuse_rest(k)/return !all \&\& !k/' \
    unit/test_check_dns "C01 T-D4 lists of other organisations leave no list unasked"
mutation "envelope: each tag has its own rate" \
    src/engine/intake/check_rate.c 's/addr_mailbox(k->m->arena, k->r->key)/k->r->key/' \
    unit/test_check_rate "B08 B09 tags are one mailbox"
mutation "envelope: a final dot is part of a domain" \
    src/common/addr.c "/^envelope_domain/,/^}/ s/s\[n - 1\] == '\.'/n > 9999/" \
    unit/test_addr envelope_spellings
mutation "envelope: one organisation's settings stop the mail of all" \
    src/engine/orgconf/orgconf.c 's/return rc < 0 \&\& c->now \&\& .*/return rc;/' \
    db/test_peers "A02 settings that cannot be read stop no mail"
mutation "a signing key opens under another name" \
    src/engine/domains/dkim_key.c 's/"dkim-key:%s._domainkey.%s", selector, domain/"dkim-key:%.0s%.0s", selector, domain/' \
    unit/test_domains "E08 keys are sealed for one selector of one domain"
mutation "a signing key does not wait" \
    sql/migrations/0012-dkim.sql 's/ + make_interval(hours => k.wait_hours) <= now()/ <= now()/' \
    db/run "60-domains: E08 in DNS: the wait begins" "60-domains: E08 the wait is not over" "60-domains: E08 gone again: the wait is for nothing" "60-domains: E08 one minute is missing" "60-domains: E08 DNS does not answer: nothing changes"
mutation "the console vouches for a domain" \
    sql/migrations/0011-domain-checks.sql 's/    NEW.vouched := false;//' \
    db/run "60-domains: A12 nobody has proved it"
mutation "what stood behind all in an SPF record comes to life" \
    src/engine/domains/spf_merge.c 's/if (reached || begins(w, "exp="))/if (reached || true)/' \
    unit/test_domains "A05 SPF: one record, with ours, nothing of the owner's lost"
mutation "a header of our mails takes a line end" \
    src/engine/notices/letter.c "s/if ((unsigned char)\*p < ' ' ||/if (/" \
    unit/test_letter header_injection
mutation "a link in our mails leads to another host" \
    src/engine/notices/letter.c "/^path_ok/,/^}/ s/path\[1\] != '\/' \&\& path\[1\] != .*;/true;/" \
    unit/test_letter other_hosts
mutation "links are mailed as often as somebody asks" \
    "$(newest user_mail_add)" 's/IF n >= p_hourly THEN RETURN false; END IF;//' \
    db/run "70-accounts: T-L7 one in an hour" "70-accounts: T-L7 the next one an hour later" "71-sign-in-races: T-L7 one in an hour"
mutation "a mailed link signs in wherever it is clicked" \
    "$(newest proof_sign_in)" 's/(p.browser = p_browser OR p.address = lower(p_address))/true/' \
    db/run "70-accounts: another browser, another address" "70-accounts: none of that used one up but the administrator's"
mutation "who clicks links a mailbox" \
    sql/migrations/0021-user-mail.sql '/^CREATE FUNCTION mailbox_confirm/,/^END/ s/AND org_id = scope_org() AND account_id = scope_account()//' \
    db/run "70-accounts: J07 not by another account than the one that asked" "70-accounts: psql ends with 3"
mutation "an administrator's password is changed by mail" \
    "$(newest proof_reset)" "/^CREATE OR REPLACE FUNCTION proof_reset/,/^END/ s/ AND a.role = 'user'//" \
    db/run "70-accounts: A-52 not an administrator's"
mutation "a sender list approves without a proof" \
    src/engine/policy/sender_decide.c 's/h->header \&\& (!h->only_verified || proof->header)/h->header/' \
    unit/test_sender_decide n7_all_combinations_of_match_and_proof
mutation "a person's approval beats the organisation's block" \
    src/engine/policy/sender_decide.c 's/(h->blocked ? 1 : 3) + (h->of_address ? 0 : 1)/(h->of_address ? 1 : 3) + (h->blocked ? 0 : 1)/' \
    unit/test_sender_decide d03_all_pairs_in_both_orders d03_an_admins_block_beats_a_users_approval
mutation "the portal sees the sender lists of others" \
    sql/migrations/0010-senders.sql 's/AND target = ANY (ARRAY(SELECT scope_mailboxes()))/AND true/' \
    db/test_senders d07_one_row_seen_from_both_sides n7_what_an_entry_would_have_matched
mutation "sender lists have no end" \
    sql/migrations/0010-senders.sql 's/THEN 500 ELSE/THEN 5000 ELSE/' \
    db/test_senders d08_of_many_at_once_only_the_500th_has_room d08_an_import_is_all_or_nothing \
    replacing_makes_room_first d09_search_levels_and_pages
mutation "anybody's ARC seal is believed" \
    src/engine/policy/auth_ruling.c 's/return j->rule->arc == AUTH_ARC_ANY ||/return j->rule->arc != AUTH_ARC_OFF ||/' \
    unit/test_auth_rule E10_arc
mutation "a check that intercepts does not stop the others" \
    src/engine/policy/auth_ruling.c '/out->domain = domain_of/,/return;/ s/return;/continue;/' \
    unit/test_auth_rule E01_order_and_first_intercept E03_sender_ip_match E07_peers_and_null_sender
mutation "people may deliver malware, since its sender is not verified" \
    src/engine/policy/rules.def '/^RULE(auth_hold/d; s/^RULE(malware/RULE(auth_hold, "unverified")\nRULE(malware/' \
    unit/test_policy what_is_dangerous_comes_before_what_is_unverified
mutation "files that are two things are clean" \
    src/engine/content/look_risky.c 's/if (\*second)/if (false \&\& *second)/' \
    unit/test_polyglot "T-A7 files that are two things are held, and both are looked at"
mutation "archives behind pictures are not opened" \
    src/engine/content/looks.def '/^LOOK(behind)/d' \
    unit/test_polyglot "T-A7 files that are two things are held, and both are looked at"
mutation "programs may have any name" \
    src/engine/content/look_risky.c 's/if (is_disguised(/if (false \&\& is_disguised(/' \
    unit/test_polyglot "T-A7 programs and scripts under other names are held" "T-A7 a declared type counts like a name"
mutation "signatures inside signatures have no end" \
    src/engine/msg/walk.c 's/signatures >= SMIME_LAYERS/signatures > 100000/' \
    unit/test_smime "T-M2 S/MIME: nesting has an end"
mutation "pictures of any size are decoded" \
    src/engine/image/image.c 's/if (claim > IMAGE_PIXELS)/if (claim < 0)/' \
    unit/test_qr "T-A8 60,000 x 60,000 is refused at once"
mutation "passkeys without a verified person" \
    src/engine/second/passkey.c 's/unsigned want = FLAG_UP | FLAG_UV | also;/unsigned want = FLAG_UP | also;/' \
    unit/test_second broken_registrations_are_refused
mutation "codes of the second step are good for longer" \
    src/engine/second/totp.c 's/TOTP_PERIOD, 0, 1,/TOTP_PERIOD, 0, 3,/' \
    unit/test_second codes_are_those_of_rfc6238_one_step_around
((n)) || result "there is a mutation \"$wanted\"" "none of that name"
echo "1..$n"
exit $bad
