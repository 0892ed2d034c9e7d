#!/bin/bash
# Who may send through the outbound port, TLS peers in both directions, the recipient filter: real Postfix, real
# TLS, real next hops. See peers.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/env.sh
. tests/env.sh
# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh
test_environment e2e50
trap '"$STACK" stop >/dev/null 2>&1 || :; rm -rf "$VAR-tls"' EXIT
"$STACK" stop >/dev/null 2>&1 || :
rm -rf "$VAR" "$VAR-tls"
mkdir -p "$VAR-tls"
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=gw.example -keyout "$VAR-tls/key.pem" \
    -out "$VAR-tls/cert.pem" 2>/dev/null
chown root:sekisho-rpc "$VAR-tls/key.pem" && chmod 640 "$VAR-tls/key.pem"
export TLS_CERTIFICATE=$VAR-tls/cert.pem TLS_KEY=$VAR-tls/key.pem SEKISHO_HOSTNAME=gw.example
# 127.0.0.0/8, where the test is, may send for everybody; other addresses it takes on by XCLIENT.
ok "start" "$STACK" start
password=$VAR/password
(umask 077 && head -c 12 /dev/urandom | base64 >"$password")
ok "setup" "$SEKISHO" setup --org Peers --admin admin@peers.example --password-file "$password"
ok "domain" "$SEKISHO" domain add peers.example --next-hop "127.0.0.1:$SINK_PORT"
ok "second domain" "$SEKISHO" domain add branch.example --next-hop "127.0.0.1:$SINK_PORT"

# The command line refuses what makes no sense, in one line.
ok "A09 a net that is too wide" refuses "at least /16" "$SEKISHO" outbound add peers.example 10.0.0.0/8
ok "A09 no network" refuses "IP address" "$SEKISHO" outbound add peers.example mail.example.com
ok "C08 no DANE inbound" refuses "no level" "$SEKISHO" tls set in partner.example dane
ok "C08 no TLS 1.0" refuses "1.2 or 1.3" "$SEKISHO" tls set in partner.example encrypt --min 1.0
ok "B13 neither address nor IP" refuses "name@example.com" "$SEKISHO" outbound suspend 'no source'
ok "B13 resuming what runs" refuses "not suspended" "$SEKISHO" outbound resume 192.0.2.1

adopt < <(node tests/e2e/peers.mjs)

# An open relay is impossible without the gate and without the database: Postfix alone is asked here.
pf=$VAR/postfix/etc
ok "B04 the outbound port's list is asked at DATA" grep -q \
    'smtpd_data_restrictions=reject_unauth_pipelining,permit_mynetworks,reject' "$pf/master.cf"
ok "B04 Postfix's own wall, the gate away" node tests/e2e/peers.mjs wall "$pf" "$STACK"
done_testing
