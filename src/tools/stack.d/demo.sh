# make demo: a demo organisation, a next hop on this machine, and real mail through the front door.
# shellcheck shell=bash

DEMO=$TOP/tests/demo

# The port that the demo domain was made with, or a free one.
sink_port() {
    if [[ -z ${SINK_PORT:-} ]]; then
        SINK_PORT=$(cat "$VAR/demo/port" 2>/dev/null || echo 2625)
        while [[ ! -e $VAR/demo/port ]] && port_answers 127.0.0.1 "$SINK_PORT"; do
            SINK_PORT=$((SINK_PORT + 1))
        done
    fi
    echo "$SINK_PORT" >"$VAR/demo/port"
}
start_sink() {
    mkdir -p "$VAR/demo/sink"
    sink_port
    chown sekisho-web "$VAR/demo/sink"
    cp "$DEMO/sink.mjs" "$VAR/demo/sink.mjs" # this tree may be out of its reach
    launch sink setpriv --reuid=sekisho-web --regid=sekisho-rpc --clear-groups \
        node "$VAR/demo/sink.mjs" "$SINK_PORT" "$VAR/demo/sink"
}
ready_sink() {
    port_answers 127.0.0.1 "$SINK_PORT"
}

demo_password() { # file: made once, kept for the next run
    if [[ ! -s $1 ]]; then
        (umask 077 && head -c 9 /dev/urandom | base64 | tr '+/' 'xy' >"$1")
    fi
}
demo_people() {
    local f
    for f in admin anna hanako; do
        demo_password "$VAR/demo/$f.password"
    done
    "$BUILD/bin/sekisho" domain list --json | grep -q '"demo.example"' && return 0
    if [[ -n $("$BUILD/bin/sekisho" setup --link --if-new) ]]; then
        "$BUILD/bin/sekisho" setup --org "Demo organisation" --admin admin@demo.example \
            --password-file "$VAR/demo/admin.password" >/dev/null
    fi
    "$BUILD/bin/sekisho" domain add demo.example --next-hop "127.0.0.1:$SINK_PORT" >/dev/null
    "$BUILD/bin/sekisho" user add anna@demo.example --name "Anna Example" --lang en \
        --password-file "$VAR/demo/anna.password" >/dev/null
    "$BUILD/bin/sekisho" user add hanako@demo.example --name "見本 花子" --lang ja \
        --tz Asia/Tokyo --password-file "$VAR/demo/hanako.password" >/dev/null
}
demo_samples() {
    cat >"$VAR/demo/gtube.txt" <<'EOF'
From: Best Offers <offers@corpus.example>
To: Anna Example <anna@demo.example>
Subject: A test of the spam filter
Date: Tue, 24 Nov 2026 09:00:00 +0000
Message-ID: <gtube@corpus.example>
Content-Type: text/plain; charset=utf-8

This mail holds the standard test text for spam filters (GTUBE):

XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
EOF
    # In two pieces, so that virus scanners leave this file alone.
    # shellcheck disable=SC2016
    local eicar='X5O!P%@AP[4\PZX54(P^)7CC)7}$EIC''AR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
    {
        cat <<'EOF'
From: Accounts <accounts@corpus.example>
To: Hanako <hanako@demo.example>
Subject: =?utf-8?B?6KuL5rGC5pu4?=
Date: Tue, 24 Nov 2026 09:01:00 +0000
Message-ID: <eicar@corpus.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="parts"

--parts
Content-Type: text/plain; charset=utf-8

The invoice is attached.

--parts
Content-Type: application/octet-stream; name="invoice.com"
Content-Disposition: attachment; filename="invoice.com"
Content-Transfer-Encoding: base64

EOF
        base64 <<<"$eicar"
        echo
        echo '--parts--'
    } >"$VAR/demo/eicar.txt"
}
demo_send() {
    local to=anna@demo.example,hanako@demo.example
    say "Sending ${DEMO_MAILS:-500} real mails and two samples through SMTP ..."
    node "$DEMO/send.mjs" --port "${SET[smtp_port]}" --to "$to" --count "${DEMO_MAILS:-500}" \
        --per-second 60 --manifest "$VAR/demo/manifest.jsonl"
    node "$DEMO/send.mjs" --port "${SET[smtp_port]}" --to anna@demo.example "$VAR/demo/gtube.txt"
    node "$DEMO/send.mjs" --port "${SET[smtp_port]}" --to hanako@demo.example "$VAR/demo/eicar.txt"
}
# Deliveries and what Postfix says about them take a moment.
demo_settle() {
    local i
    for ((i = 0; i < 60; i++)); do
        "$BUILD/bin/sekisho" ledger --json >"$VAR/demo/ledger.json" 2>/dev/null || :
        if grep -q '"queued":0,' "$VAR/demo/ledger.json" &&
            grep -q '"unconfirmed":0,' "$VAR/demo/ledger.json"; then
            break
        fi
        sleep 0.5
    done
}
command_demo() {
    # Its mail comes fast, and from domains that no DNS knows.
    export SENDER_DOMAIN=${SENDER_DOMAIN:-no} RATES=${RATES:-no}
    [[ -n ${STACK_SESSION:-} ]] || foreground demo
    load_settings
    PARTS+=(sink)
    begin
    demo_people
    demo_samples
    demo_send
    demo_settle
    show_addresses
    : >"$RUN/ready"
    say "Demo organisation: demo.example. Sign in at the portal as"
    say "  anna@demo.example     $(cat "$VAR/demo/anna.password")     (English)"
    say "  hanako@demo.example   $(cat "$VAR/demo/hanako.password")     (Japanese)"
    say "and at the console as"
    say "  admin@demo.example    $(cat "$VAR/demo/admin.password")"
    say "Clean mail arrives in $VAR/demo/sink"
    say "($(find "$VAR/demo/sink" -name '*.eml' | wc -l) mails now). The ledger:"
    "$BUILD/bin/sekisho" ledger || :
    if [[ -n ${DEMO_EXIT:-} ]]; then
        on_stop
    fi
    say ""
    say "Ctrl-C stops everything."
    watch_all
}
