#!/bin/bash
# Can the tests fail? Takes one protection after the other out of a copy of the tree, builds it, runs
# the test that is there for it, and wants exactly the named tests to fail. Not part of make check.
#
#   tests/mutations.sh [words of the names of those to try]
#
# Those whose names begin with T-L or T-W are the rows of the threat model: each row that the portal answers for has at least
# one here, and the test that must fail has the row in its name.
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
wanted=("$@")
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
is_wanted() { # name
    local w
    ((${#wanted[@]})) || return 0
    for w in "${wanted[@]}"; do
        [[ $1 != *"$w"* ]] || return 0
    done
    return 1
}
build() { # program: what has to be made for it
    case $1 in
    web/*) make -j"$(nproc)" all ;;
    unit/test_* | db/test_* | rpc/test_*) make -j"$(nproc)" "build/tests/$1" ;;
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
    is_wanted "$name" || return 0
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

mutation "T-W1 one template field is not escaped" \
    templates/quarantine_table.html.t 's/<bdi translate="no">{{w->subject}}/<bdi translate="no">{{!w->subject}}/' \
    unit/raw_html "T-W1 no template field is written raw"
mutation "T-W1 the escaper lets < through" \
    src/console/view.c 's/"&lt;", 4/"<", 1/' \
    unit/test_view "T-W1 html is escaped" "T-W1 urls are our own" "T-W1 pieces are escaped"
mutation "T-W1 the template compiler does not escape" \
    src/tools/tmplc.c 's/view_html(/view_raw(/' \
    unit/test_tmplc "T-W1 a field is escaped by default"
mutation "T-L5 release without WHERE state" \
    sql/queries/quarantine.sql "/name: quarantine_release/,/name: quarantine_delete/ s/ AND r.state = 'held'//" \
    db/test_release_once "T-L5 of 64 clicks one counts" "T-L5 only held mail is released"
mutation "T-L1 a link reads its message without end" \
    src/engine/handlers/hnd_link_read.c 's/\*yes = wait > 0;/*yes = wait < 0;/' \
    web/links "T-L1 T-W22 a link reads its message 20 times an hour at most; other links and other buttons go on"
mutation "T-L6 what turned malicious is delivered" \
    src/engine/jobs/job_release.c 's/if (o.result == RESCAN_FINE)/if (o.result != RESCAN_LATER)/' \
    db/test_release "T-L6 what turned malicious is held again"
mutation "T-L6 without a scan it is delivered" \
    src/engine/jobs/job_release.c 's/if (o.result == RESCAN_LATER)/if (o.result == RESCAN_LATER \&\& !j->db)/; s/if (o.result == RESCAN_FINE)/if (o.result != RESCAN_TURNED)/' \
    db/test_release "T-L6 without a scan nothing is delivered"
mutation "T-L8 an approval from the portal wants no proof" \
    sql/queries/rights.sql "s/'approved', w.pattern, true,/'approved', w.pattern, false,/" \
    db/test_rights "N9 T-L8 deliver and allow: only who proves it"
mutation "N8 everybody decides about his own request" \
    sql/migrations/0024-rights.sql 's/AND (p_account <> p_asker OR NOT EXISTS (/AND (true OR NOT EXISTS (/' \
    db/test_rights n8_four_eyes
mutation "I06 the engine shows what people may not see" \
    sql/queries/body.sql 's/AND NOT r.outbound AND r.state <> .gone. AND r.kind = ANY.*$//' \
    db/test_rights i06_no_preview_of_what_is_not_shown
mutation "released outbound mail leaves unsigned" \
    src/engine/jobs/job_release.c 's/r->outbound ? sign/!r->org_id ? sign/' \
    db/test_release e08_released_outbound_mail_is_signed e08_signed_is_what_is_sent e08_a_key_that_cannot_sign_puts_the_release_off \
    e08_put_off_is_still_perhaps_sent
mutation "a key that cannot sign is left out" \
    src/engine/act/outbound_sign.c '/!k->usable/,/return/ s/return -1/return 0/' \
    db/test_release e08_a_key_that_cannot_sign_puts_the_release_off e08_put_off_is_still_perhaps_sent
mutation "T-W3 no CSRF check" \
    src/console/web_entry.c 's/(!web_from_us(&run->call->head)/false \&\& &/' \
    web/access \
    "T-W3: every POST is refused without a fitting form token" \
    "T-W3: every POST is refused from a foreign or unknown origin" \
    "T-W3: before sign-in the token belongs to the browser's cookie" \
    "forms on error pages work, or are not there"
mutation "T-W3 every form token fits" \
    src/console/web_access.c 's/return token_equal(plain, secret, 32);/return token_equal(plain, secret, 32) || true;/' \
    unit/test_web_access "T-W3 form tokens"
mutation "T-W3 every origin is ours" \
    src/console/web_access.c '/^web_from_us/,/^}/ s/bool fetch/return true; bool fetch/' \
    unit/test_web_access "T-W3 origins"
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
mutation "T-W18 a header of our mails takes a line end" \
    src/engine/notices/letter.c "s/if ((unsigned char)\*p < ' ' ||/if (/" \
    unit/test_letter "T-W18 a header takes no line end"
mutation "T-W4 a link in our mails leads to another host" \
    src/engine/notices/letter.c "/^path_ok/,/^}/ s/path\[1\] != '\/' \&\& path\[1\] != .*;/true;/" \
    unit/test_letter "T-W4 a link leads to no other host"
mutation "T-L7 links are mailed as often as somebody asks" \
    "$(newest user_mail_add)" 's/IF n >= p_hourly THEN RETURN false; END IF;//' \
    db/run "70-accounts: T-L7 one in an hour" "70-accounts: T-L7 the next one an hour later" "70-accounts: T-L7 a mailbox gets at most five an hour of all" \
    "70-accounts: T-L7 and again an hour later" "71-sign-in-races: T-L7 one in an hour"
mutation "a mailed link signs in wherever it is clicked" \
    "$(newest proof_sign_in)" 's/(p.browser = p_browser OR p.address = lower(p_address))/true/' \
    db/run "70-accounts: another browser, another address" "70-accounts: none of that used one up but the administrator's"
mutation "T-L2 a digest tells of the mail of a mailbox with a tag" \
    "$(newest digest_box)" 's/p_address <> p_mailbox AND mailbox_apart(p_org, p_address)/false/' \
    db/run "66-digest-windows: T-L2 a digest tells of nobody else's mail" "66-digest-windows: T-L2 and says whose it is" \
    "67-link-owner: T-L2 by its own person" "67-link-owner: T-L2 for its own mailbox" "67-link-owner: T-L2 and its time line says so" \
    "67-link-owner: T-L2 nothing in the name of somebody else"
mutation "T-L2 a link undoes what others did" \
    "$(newest link_undo)" 's/ OR r.state_at <> u.used_at//' \
    db/run "67-link-owner: T-L2 a link does not put back what an administrator deleted later" "67-link-owner: T-L2 it stays deleted"
mutation "I09 a digest that never left has told all" \
    "$(newest digest_unsent)" '/^CREATE FUNCTION digest_unsent/,/^END/ s/SET until_at = t.before_at/SET until_at = t.until_at/' \
    db/run "66-digest-windows: I09 what was never sent is told by the next digest"
mutation "A-57 a better hash brings the old password back" \
    "$(newest account_rehash)" 's/ AND password = p_old;/;/' \
    db/run "71-sign-in-races: A-57 the old password does not come back" "71-sign-in-races: A-57 the new one stays"
mutation "A-57 a new password leaves half tickets" \
    "$(newest account_password_new)" '/FUNCTION account_password_new/,/^END/ s/  DELETE FROM sign_in_ticket.*//' \
    db/run "71-sign-in-races: A-57, A-53 a new one, by whoever: half tickets, trusted devices and mailed links are worth nothing, and the person is told" \
    "71-sign-in-races: nobody else's"
mutation "A-57 the old password signs in while it is being changed" \
    sql/queries/second.sql 's/OR password = \(.\)7)/OR \17 IS NOT NULL)/' \
    rpc/test_handlers "A-57 a password that is changed meanwhile"
mutation "T-W10 every refused try is written down" \
    src/engine/login_rate.c 's/NOTES_PER_HOUR 60/NOTES_PER_HOUR 6000/' \
    rpc/test_handlers "T-W10 refusals do not fill the log"
mutation "who clicks links a mailbox" \
    sql/migrations/0021-user-mail.sql '/^CREATE FUNCTION mailbox_confirm/,/^END/ s/AND org_id = scope_org() AND account_id = scope_account()//' \
    db/run "70-accounts: J07 not by another account than the one that asked" "70-accounts: psql ends with 3"
mutation "an administrator's password is changed by mail" \
    "$(newest proof_reset)" "/^CREATE .*FUNCTION proof_reset/,/^END/ s/ AND a.role = 'user'//" \
    db/run "70-accounts: A-52 not an administrator's"
mutation "T-L8 a sender list approves without a proof" \
    src/engine/policy/sender_decide.c 's/h->header \&\& (!h->only_verified || proof->header)/h->header/' \
    unit/test_sender_decide "N7 T-L8 all combinations of match and proof"
mutation "T-L8 a person's approval beats the organisation's block" \
    src/engine/policy/sender_decide.c 's/(h->blocked ? 1 : 3) + (h->of_address ? 0 : 1)/(h->of_address ? 1 : 3) + (h->blocked ? 0 : 1)/' \
    unit/test_sender_decide d03_all_pairs_in_both_orders "D03 T-L8 an administrator's block beats a person's approval"
mutation "the portal sees the sender lists of others" \
    sql/migrations/0010-senders.sql 's/AND target = ANY (ARRAY(SELECT scope_mailboxes()))/AND true/' \
    db/test_senders d07_one_row_seen_from_both_sides n7_what_an_entry_would_have_matched
mutation "sender lists have no end" \
    sql/migrations/0010-senders.sql 's/THEN 500 ELSE/THEN 5000 ELSE/' \
    db/test_senders d08_of_many_at_once_only_the_500th_has_room d08_an_import_is_all_or_nothing \
    replacing_makes_room_first d09_search_levels_and_pages
mutation "anybody's ARC seal is believed" \
    src/engine/policy/auth_ruling.c 's/if (j->rule->arc == AUTH_ARC_ANY)/if (j->rule->arc != AUTH_ARC_OFF)/' \
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
mutation "a worker's death is charged to the message that waits" \
    src/engine/scan_job.c 's/p.type == PACKET_DIED \&\& p.id == id/p.type == PACKET_DIED/' \
    unit/test_scan_job a_death_is_of_the_job_that_was_begun
mutation "a successor of a late worker is killed for it" \
    src/engine/role_kill.c 's/(started <= k->seen || begun == k->job)/(started <= k->seen || begun)/' \
    unit/test_role_kill who_is_meant
mutation "odd fields of a header are kept from the parser" \
    src/engine/msg/mimehead.c 's/if (!is_field(&l))/if (!is_field(\&l) \&\& !end)/' \
    unit/test_mimehead what_is_kept
mutation "passkeys without a verified person" \
    src/engine/second/passkey.c 's/unsigned want = FLAG_UP | FLAG_UV | also;/unsigned want = FLAG_UP | also;/' \
    unit/test_second broken_registrations_are_refused
mutation "codes of the second step are good for longer" \
    src/engine/second/totp.c 's/TOTP_PERIOD, 0, 1,/TOTP_PERIOD, 0, 3,/' \
    unit/test_second codes_are_those_of_rfc6238_one_step_around
# ------------------------------------------------------------------ links in mails (T-L)
mutation "T-L1 any form fits any link" \
    src/engine/link/link_token.c 's/return token_equal(mac, b + 4, 32) \&\& now/return (token_equal(mac, b + 4, 32) || until) \&\& now/' \
    unit/test_link_token "T-L1 a form belongs to its link and has an end"
mutation "T-L1 a link acts without the form of its page" \
    src/engine/link/link_check.c 's/} else if (c->form \&\& !link_form_good/} else if (c->form \&\& now < 0 \&\& !link_form_good/' \
    web/links "T-L1 a POST needs the form of the page, and comes from the page" "N9 allow and block with the message, and undo where it is true"
mutation "T-L1 a link acts for pages of others" \
    src/console/web_entry.c 's/r->route->roles \& ROLE_LINK \&\& !web_from_us/r->route->roles \& ROLE_LINK \&\& !r->path \&\& !web_from_us/' \
    web/links "T-L1 a POST needs the form of the page, and comes from the page"
mutation "T-L2 a link acts again" \
    "$(newest link_act)" '/^CREATE .*FUNCTION link_act/,/^END/ s/IF EXISTS (SELECT FROM link_used WHERE org_id = p_org AND token_hash = p_hash)/IF false/' \
    db/run "66-links: T-L2 a link acts once"
mutation "T-L2 a link acts for every kind of mail" \
    "$(newest link_act)" '/^CREATE .*FUNCTION link_act/,/^END/ s/IF NOT link_may(p_org, r.kind, p_action) OR/IF/' \
    db/run "66-links: T-L2 no link delivers, deletes or allows malware" "66-links: T-L2 nor what people may not deliver"
mutation "T-L2 a link acts where people must sign in" \
    "$(newest link_act)" "/^CREATE .*FUNCTION link_act/,/^END/ s/ OR EXISTS (SELECT FROM digest_setting WHERE org_id = p_org AND links = 'signin')//" \
    db/run "66-links: T-L2 no link acts where people must sign in"
mutation "T-L2 a link acts for another organisation" \
    "$(newest link_act)" '/^CREATE .*FUNCTION link_act/,/^END/ s/WHERE recipient_id = p_recipient AND org_id = p_org FOR UPDATE/WHERE recipient_id = p_recipient FOR UPDATE/' \
    db/run "66-links: T-L2 a link of another organisation finds nothing"
mutation "T-L2 a link does what it does not name" \
    src/engine/handlers/hnd_link_act.c 's/if (!(link->token.actions \& link_action_of(action)))/if (!(link->token.actions \& link_action_of(action)) \&\& !*action)/' \
    web/links "T-L2 T-L3 another message, another action, too old, revoked, the key of another purpose: refused, with an audit row"
mutation "T-L2 links have no end" \
    src/engine/link/link_check.c 's/} else if (now >= c->token.expires)/} else if (now < 0)/' \
    web/links "T-L2 T-L3 another message, another action, too old, revoked, the key of another purpose: refused, with an audit row"
mutation "T-L2 links are not revoked" \
    sql/queries/link.sql '/name: link_key_good/,/name: link_look/ s/ AND revoked_at IS NULL)/)/' \
    web/links "T-L2 T-L3 another message, another action, too old, revoked, the key of another purpose: refused, with an audit row"
mutation "T-L3 anything is a link" \
    src/engine/link/link_token.c 's/if (!token_equal(mac, b + PAYLOAD, MAC))/if (!token_equal(mac, b + PAYLOAD, MAC) \&\& !n)/' \
    unit/test_link_token "T-L3 no other bytes are a link" "T-L3 a key for each purpose, fields stay in their places"
mutation "T-L3 one key for all purposes" \
    src/engine/link/link_token.c 's/return p == LINK_MESSAGE ? "message" : "unsubscribe";/return p ? "message" : "";/' \
    unit/test_link_token "T-L3 a key for each purpose, fields stay in their places"
mutation "T-L4 links stand in logs" \
    src/console/web_route.c '/^web_log_path/,/^}/ s/return r->path;/return path;/' \
    unit/test_web_route "T-L4 what a link holds is not logged"
mutation "T-L4 links are told to the next site" \
    src/console/web_reply.c '/put(b, "referrer-policy", /d' \
    unit/test_web_reply "T-W1 T-W19 T-L4 every reply has the headers"
mutation "T-L5 a link delivers what is on its way" \
    "$(newest link_act)" "/^CREATE .*FUNCTION link_act/,/^END/ s/IF r.state <> 'held' THEN/IF false THEN/" \
    db/run "66-links: T-L5 another link does nothing with what is on its way" "66-links: T-L5 one delivery is asked for"
mutation "T-L5 samples are counted in front of the audit log" \
    sql/migrations/0033-held-order.sql '/^CREATE CONSTRAINT TRIGGER learn_released/ { s/CONSTRAINT //; s/ DEFERRABLE INITIALLY DEFERRED// }' \
    db/test_held_order "tl5_two_who_deliver_do_not_wait_for_each_other"
mutation "T-L5 deliver and allow without WHERE state" \
    sql/queries/rights.sql "/name: quarantine_deliver_allow/,/name: quarantine_delete_block/ s/ AND r.state = 'held'//" \
    db/test_rights "T-L5 of many clicks one counts"
mutation "T-L8 an approval by a link wants no proof" \
    "$(newest link_sender)" "s/p_pattern, p_list = 'approved', p_mailbox/p_pattern, false, p_mailbox/" \
    db/run "66-links: T-L8 an approval by a link wants a proof" \
    "67-link-owner: N9 who was blocked is on the list of allowed senders, and on no other" \
    "67-link-owner: N9 always is longer than 30 days" "67-link-owner: N9 an entry of before stays"
mutation "N9 a link leaves the sender on the list of blocked ones" \
    "$(newest link_sender)" 's/(e.list <> p_list OR e.expires_at IS NOT NULL)/e.expires_at IS NOT NULL/' \
    db/run "67-link-owner: N9 who was blocked is on the list of allowed senders, and on no other" \
    "67-link-owner: N9 both changes are in the audit log" "67-link-owner: N9 that is in the audit log, too"
mutation "J04 a job changes what was not on the page" \
    "$(newest bulk_step)" "/j.state = 'undoing' OR r.state_at </d" \
    db/test_bulk_job j04_what_came_into_the_list_later_is_not_meant
mutation "J04 two POSTs at once pass the limit of jobs" \
    "$(newest bulk_job_room)" '/^  PERFORM pg_advisory_xact_lock.*26));$/d' \
    db/test_bulk_job j04_two_at_once_are_no_more_than_five
mutation "I09 kinds that are left out count as told" \
    "$(newest digest_fill_one)" 's/behind = digest_behind(t.until_at, t.behind, v_kinds)/behind = t.behind/' \
    db/run "66-digest-windows: I09 once" "66-digest-windows: I09 now the other one is left out" "66-digest-windows: I09 alone" \
    "66-digest-windows: I09 and told when it is wanted" "66-digest-windows: I09 also when the first digest of it never left" \
    "66-digest-windows: I09 once"
mutation "A-57 a sign-in locks its ticket before the account" \
    "$(newest session_create)" 's/ FOR NO KEY UPDATE OF a;/;/' \
    db/test_sign_in_races a57_a_sign_in_waits_for_the_new_password

# ------------------------------------------------------------------ portal and console (T-W)
mutation "T-W1 scripts inside pages run" \
    src/console/web_reply.c "s/script-src 'self'; style-src 'self'; img/script-src 'self' 'unsafe-inline'; style-src 'self'; img/" \
    unit/test_web_reply "T-W1 T-W19 T-L4 every reply has the headers" "T-W2 frames around mail have no script, no origin and no network"
mutation "T-W2 forms are on the list of the preview" \
    src/engine/msg/html_safe.def '/^ELEMENT("h1"/i ELEMENT("form", S)' \
    unit/test_preview_html "T-W2 A-7 nothing active is kept" "T-W2 all hostile texts of the corpus"
mutation "T-W2 text of the preview is not escaped" \
    src/engine/msg/html_safe.c "s/else if (c == '<' || c == '>' || c == '&'/else if (c == '>' || c == '\&'/" \
    unit/test_preview_html "T-W2 A-7 nothing active is kept" "T-W2 pictures are boxes with name and host" "T-W2 all hostile texts of the corpus" \
    "T-W2 limits of depth and size" "T-W2 a whole message, in any character set"
mutation "T-W2 the frame of the preview has an origin" \
    src/console/web_reply.c "s/frame-ancestors 'self'; sandbox\"/frame-ancestors 'self'\"/" \
    unit/test_web_reply "T-W2 frames around mail have no script, no origin and no network"
mutation "T-W2 the preview loads pictures" \
    src/console/web_reply.c "s/default-src 'none'; img-src data:;/default-src 'none'; img-src *;/" \
    unit/test_web_reply "T-W2 frames around mail have no script, no origin and no network"
mutation "T-W3 cookies go along from other sites" \
    src/console/web_reply.c 's/lax ? "Lax" : "Strict"/lax ? "Lax" : "None"/' \
    unit/test_web_reply "T-W3 T-W11 cookies are ours alone"
mutation "T-W4 every name is ours" \
    src/console/web_site.c '/^web_site_host/,/^}/ s/^    return false;/    return true;/' \
    unit/test_web_access "T-W4 names that we answer to" "T-W3 origins"
mutation "T-W4 two names of a host, the last one counts" \
    src/console/web_head.c 's/{"host", offsetof(struct web_head, host), ONCE}/{"host", offsetof(struct web_head, host), LAST}/' \
    unit/test_web_head matrix
mutation "T-W7 every role may do everything" \
    src/console/web_access.c 's/return r->session.role \& r->route->roles ? 0 : 403;/return r->session.role ? 0 : 403;/' \
    unit/test_web_access "T-W7 roles"
mutation "T-W7 the console sees mail, domains and accounts of all" \
    sql/migrations/0002-access.sql "s/ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))/ON %I TO sekisho_console USING (true) WITH CHECK (true)/" \
    web/access_tenants "T-W7 no page shows an object of another organisation, or of another person, to any role" \
    "T-W7 lists, searches and exports hold what is one's own and nothing of another organisation" \
    "T-W7 no action of any route changes anything of another organisation, or of another person"
mutation "T-W7 the portal sees the mail of neighbours" \
    sql/migrations/0024-rights.sql '/^CREATE POLICY portal_recipient/,/^  WITH CHECK/ s/mailbox = ANY (ARRAY(SELECT mailbox_of(x) FROM scope_mailboxes() x))/true/; /^CREATE POLICY portal_recipient/,/^  WITH CHECK/ s/address = ANY (ARRAY(SELECT scope_mailboxes()))/true/' \
    web/access_tenants "T-W7 no page shows an object of another organisation, or of another person, to any role"
mutation "T-W7 the routes of every role answer every role" \
    src/console/web_access.c 's/return r->session.role \& r->route->roles ? 0 : 403;/return r->session.role ? 0 : 403;/' \
    web/access_tenants "T-W7 A-59 every page of one's own object: 200 for each role that the route names, 403 for all others" \
    "T-W7 no page shows an object of another organisation, or of another person, to any role" \
    "A-59 no action of any route does anything for a role that the route does not name"
mutation "T-W7 the history tells what was refused for others" \
    "$(newest refusal_of)" '/^CREATE.* FUNCTION refusal_of/,/^\$\$/ s/ AND NOT mailbox_apart(f.org_id, f.recipient)//' \
    db/test_history one_list by_result_and_sender by_period
mutation "T-W7 a job does it with the mail of others" \
    "$(newest bulk_step)" '/^CREATE.* FUNCTION bulk_step/,/^END/ s/AND (r.address = ANY (ARRAY(SELECT scope_mailboxes()))$/AND (true OR r.address = ANY (ARRAY(SELECT scope_mailboxes()))/' \
    db/test_bulk_job t_i4_forged_selection_does_nothing t_i4_forged_selection_of_the_other_actions_does_nothing
mutation "T-W7 a job does what its owner may not" \
    "$(newest bulk_kinds)" '/^CREATE.* FUNCTION bulk_kinds/,/^\$\$/ s/ AND (p_action <> .block. OR k IN (SELECT user_kinds(.block.)))//' \
    db/test_bulk_job rights_about_senders_count
mutation "T-W9 nobody costs no work" \
    src/engine/password.c '/^password_verify/,/^}/ s/^    if (begin(e))/    if (!real)\n        return 0;\n    if (begin(e))/' \
    rpc/test_handlers "T-W9 the work is the same for everybody"
mutation "T-W9 who is suspended is told to everybody" \
    src/engine/handlers/hnd_auth_verify.c 's/if (right != 1 || !t.known || (admin/if ((right != 1 \&\& !(t.known \&\& strcmp(t.who.state, "active"))) || !t.known || (admin/' \
    rpc/test_handlers "T-W9 suspended is told to who knows the password"
mutation "T-W10 one account is guessed at for ever" \
    src/engine/login_rate.c 's/return take(db, a, kind, who, settings_int(SET_login_per_account)/return take(db, a, kind, who, 100000 + settings_int(SET_login_per_account)/' \
    rpc/test_handlers "T-W10 guesses at one account from everywhere"
mutation "T-W10 one client guesses for ever" \
    src/engine/login_rate.c 's/int64_t per_address = settings_int/int64_t per_address = 100000 + settings_int/' \
    rpc/test_handlers "T-W10 guesses of one client" "T-W10 refusals do not fill the log"
mutation "T-W10 each address of a network is a client" \
    src/engine/login_rate.c 's/^#define SUBNET 8 /#define SUBNET 16 /' \
    rpc/test_handlers "T-W10 guesses of one client"
mutation "T-W11 a session of one program is one of the other" \
    "$(newest session_lookup)" '/^CREATE FUNCTION session_lookup/,/^END/ s/ AND x.surface = p_surface//' \
    db/run "20-tenants: T-W11 a portal session is none in the console" "25-sessions: T-W11 a session of the portal is none in the console" "25-sessions: T-W11 nor the other way round"
mutation "T-W11 the old name of a session still works" \
    sql/migrations/0022-second.sql '/^CREATE FUNCTION session_rotate/,/^\$\$/ s/SET session_hash = p_new/SET session_hash = p_old/' \
    db/run "25-sessions: T-W11 the old one is none" "25-sessions: T-W11 the new one is"
mutation "T-W11 a ticket is good for every program" \
    sql/migrations/0022-second.sql '/^CREATE OR REPLACE FUNCTION session_create/,/^\$\$/ s/ AND u.surface = p_surface//' \
    db/run "25-sessions: T-W11 a ticket for the portal is none for the console"
mutation "T-W12 forms have any number of fields" \
    src/console/web_parse.c 's/if (out->n == WEB_PAIRS_MAX)/if (out->n == WEB_PAIRS_MAX * 100)/' \
    unit/test_web_parse "T-W12 limits of forms"
mutation "T-W12 of two cookies the last one counts" \
    src/console/web_parse.c '/^web_cookie/,/^}/ s/if (found)/if (found \&\& !*name)/' \
    unit/test_web_parse "T-W12 cookies"
mutation "T-W12 heads have any length" \
    src/console/web_head.c 's/return n >= WEB_HEAD_MAX ? -1 : 0;/return n >= 64 * WEB_HEAD_MAX ? -1 : 0;/' \
    unit/test_web_head "T-W12 limits of heads"
mutation "T-W12 forms need not be UTF-8" \
    src/console/web_parse.c 's/return web_utf8(out, \*len) ? out : NULL;/return out;/' \
    unit/test_web_parse "T-W12 forms"
mutation "T-W18 a header of a reply takes a line end" \
    src/console/web_reply.c 's/if (\*p < 0x20 || \*p > 0x7e)/if (*p > 0x7e)/' \
    unit/test_web_reply "T-W18 no line ends in our headers"
for h in x-content-type-options x-frame-options cross-origin-opener-policy cross-origin-resource-policy permissions-policy cache-control; do
    also=()
    case $h in x-* | cache-control) also=("T-W2 frames around mail have no script, no origin and no network") ;; esac
    mutation "T-W19 replies without $h" \
        src/console/web_reply.c "s/put(\([a-z]*\), \"$h\"/put(\1, \"x-none\"/" \
        unit/test_web_reply "T-W1 T-W19 T-L4 every reply has the headers" "${also[@]}"
done
mutation "T-W20 downloads are shown" \
    src/console/web_reply.c 's/"attachment; filename=/"inline; filename=/' \
    unit/test_web_reply "T-W20 A-41 downloads never run"
mutation "T-W20 downloads have an origin" \
    src/console/web_reply.c '/^reply_download/,/^}/ s/reply->sandbox = true;//' \
    unit/test_web_reply "T-W20 A-41 downloads never run"
((n)) || result "there is a mutation of that name" "none: ${wanted[*]}"
echo "1..$n"
exit $bad
