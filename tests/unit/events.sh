#!/bin/bash
# Every audit event and every step of a message's time line has its words: what is written in SQL
# and C is found in events.def and steps.def.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tap=0
failed=0
check() { # name, what is wrong (nothing: fine)
    tap=$((tap + 1))
    if [[ -z $2 ]]; then
        echo "ok $tap - $1"
    else
        echo "not ok $tap - $1"
        while IFS= read -r line; do echo "# $line"; done <<<"$2"
        failed=1
    fi
}
defined() { # macro, file
    sed -nE "s/^$1\(\"?([a-z_.-]+)\"?,.*/\1/p" "$(find src/console src/common -maxdepth 1 -name "$2")" | sort
}
found() { # at least, words
    (($(wc -l <<<"$2") >= $1)) || echo "only: $2"
}

audited=$({
    grep -rhoE "'(org|domain|account|session|mail|link|recipient|outbound|tls|connection|auth_rule|sender|request|rights|digest)\.[a-z_]+'" sql/queries sql/migrations
    grep -rhoE '"(org|domain|account|session|mail|link|recipient|outbound|tls|connection|auth_rule|sender|request|rights|digest)\.[a-z_]{3,}"' src/engine src/console --include='*.c'
} | tr -d "'\"" | sort -u)
check "audit events are found" "$(found 15 "$audited")"
check "every audit event has a sentence" "$(comm -23 <(echo "$audited") <(defined EVENT events.def))"

kinds=$({
    grep -rh "recipient_id, '[a-z_]*'" sql | grep -v "jsonb_build_object('recipient_id" | grep -oE "recipient_id, '[a-z_]+'" | sed -E "s/.*'(.*)'/\1/"
    grep -rhoE "v_id, '[a-z_]+'" sql | sed -E "s/.*'(.*)'/\1/"
    sed -nE 's/^STATE\((delivered|deferred|bounced|expired),.*/\1/p' src/console/states.def
} | sort -u)
check "event kinds are found" "$(found 8 "$kinds")"
check "every event kind has a sentence" "$(comm -23 <(echo "$kinds") <(defined STEP steps.def))"

sentence() {
    sed -nE "s/^STEP\($1,.*N_\(\"(.*)\"\)\)$/\1/p" src/console/steps.def
}
check "a release that is over is not told as one that goes on" "$(
    [[ $(sentence release_later) == *"tried again"* ]] || sentence release_later
    [[ $(sentence release_failed) == *"held again"* ]] || sentence release_failed
)"

states=$(sed -n '/CONSTRAINT message_recipient_state_check CHECK/,/;/p' sql/migrations/0028-settings.sql | grep -oE "'[a-z]+'" | tr -d "'" | sort -u)
check "states are found" "$(found 14 "$states")"
check "every state of a recipient has a word, and no other" \
    "$(comm -3 <(echo "$states") <(defined STATE states.def))"
codes=$({
    grep -rhoE '\.code = "[a-z-]+"' --exclude-dir=authn src/engine
    sed -nE '/^clamd_meaning/,/^}/p' src/engine/intake/clamd.c | grep -oE ', "[a-z-]+"'
    sed -nE 's/.*(why = |return ).*\{"([a-z-]+)",.*/"\2"/p' src/engine/policy/rule_*.c
    sed -nE '/unread\[\]/p' src/engine/scan/scan_structure.c | grep -oE '"[a-z-]+"'
} | grep -oE '"[a-z-]+"' | tr -d '"' | sort -u)
check "codes of reasons are found" "$(found 7 "$codes")"
# A finding that is only a note is never a reason: words in the table of evidence are enough.
check "every reason has a sentence" "$(comm -23 <(echo "$codes") <({
    defined REASON reasons.def
    defined FINDING findings.def
} | sort -u))"

checks=$(grep -rhoE '"(ownership|mx|spf|dkim|dmarc)-[a-z-]+"' src/engine/domains/dcheck_*.c src/engine/domains/spf_merge.c | tr -d '"' | sort -u)
check "codes of domain checks are found" "$(found 20 "$checks")"
check "every code of a domain check has its sentences" "$(comm -23 <(echo "$checks") <(defined DCODE dchecks.def))"
check "every domain check has a name" "$(comm -3 <(sed -nE 's/^DCHECK\((.*)\)$/\1/p' src/engine/domains/dchecks.def | sort) <(defined DITEM dchecks.def))"
reasons=$(grep -hoE '"(from|key|set|sets|seal|cv|body|tags|tag|fields|many|no|length|too|identity|headers|algorithm|signature)-[a-z0-9-]+"' src/engine/authn/{auth_,arc,dkim_verify,dmarc}*.c | tr -d '"' | grep -vE '^(signature-(none|missing))$' | sort -u)
check "codes of mail authentication are found" "$(found 30 "$reasons")"
check "every code of mail authentication has words" "$(comm -23 <(echo "$reasons") <(sed -nE 's/^AUTH_CODE\("([a-z0-9-]+)",.*/\1/p' src/console/auth_codes.def | sort))"
echo "1..$tap"
exit $failed
