#!/bin/bash
# sekisho ledger against rows and a queue that we make up: what is missing, in two places or twice is
# found one by one, counted whole, and the exit code says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ -z ${DB_CONTROL:-} ]]; then
    exec ./lib_cluster.sh "$PWD/ledger.sh"
fi
cd ../..
sekisho=${BUILD:-build}/bin/sekisho
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
bad=0
check() { # name, 0 or 1
    n=$((n + 1))
    if (($2 == 0)); then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        sed 's/^/# /' "$dir/out" "$dir/err" | cut -c1-600 | head -20
        bad=1
    fi
}
sql() {
    psql -X -q -v ON_ERROR_STOP=1 -At "$DATABASE_URL user=postgres" -c "$1"
}
# A postqueue that prints a file.
cat >"$dir/postqueue" <<SH
#!/bin/sh
cat "$dir/queue"
SH
chmod 755 "$dir/postqueue"
export PATH=$dir:$PATH VAR=$dir/var
ledger() { # options: exit code in rc
    rc=0
    "$sekisho" ledger "$@" >"$dir/out" 2>"$dir/err" || rc=$?
}
# name, exit code, JavaScript over the result l of the last run
also() {
    local ok=0
    ((rc == $2)) && node -e "const l = JSON.parse(require('fs').readFileSync(process.argv[1]));
      const p = Object.fromEntries(l.problems.map((x) => [x.code, x]));
      if (!($3)) process.exit(1)" "$dir/out" || ok=1
    check "$1" $ok
}
says() {
    ledger --json
    also "$@"
}

# 12000 recipients in Postfix's queue, ten to a message: more than one page of rows.
sql "INSERT INTO org (org_id, name, body_key) VALUES ('00000000-0000-7000-8000-000000000001', 'o', '');
  INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, bytes, sha256, verdict)
  SELECT '00000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8001-' || lpad(i::text, 12, '0'))::uuid, now(), 'n', 'in', '', 1, '', 'clean'
    FROM generate_series(0, 1199) i;
  INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, original, state, disposition, queue_id)
  SELECT '00000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8001-' || lpad((i / 10)::text, 12, '0'))::uuid,
         ('00000000-0000-7000-8002-' || lpad(i::text, 12, '0'))::uuid, now(), 'u' || i % 10 || '@a.example', '', 'deferred', 'deliver', '4Q' || i / 10 || 'z'
    FROM generate_series(0, 11999) i"
awk 'BEGIN { for (i = 0; i < 1200; i++) {
    printf "{\"queue_id\": \"4Q%dz\", \"recipients\": [", i
    for (k = 0; k < 9; k++) printf "{\"address\": \"U%d@A.example\"},", k
    print "{\"address\": \"u9@a.example\"}]}" } }' >"$dir/queue.all"
cp "$dir/queue.all" "$dir/queue"
says "all in the queue: it balances" 0 "l.balanced && l.received === 12000 && l.queued === 12000 && l.in_queue === 12000 && l.problems.length === 0"

# The same numbers, but another recipient of the same queue id.
sed '1s/U3@A.example"},/other@a.example"},/' "$dir/queue.all" >"$dir/queue"
says "the address counts, not only the queue id" 1 "l.in_queue === 12000 && p['queued-but-not-in-queue'].count === 1 && !l.balanced"
also "the other one has no row at all" 1 "p['in-queue-and-unknown'].count === 1 && p['in-queue-and-unknown'].examples[0].address === 'other@a.example'"
also "and is named with its message" 1 "p['queued-but-not-in-queue'].examples[0].address === 'u3@a.example' && p['queued-but-not-in-queue'].examples[0].queue_id === '4Q0z' && p['queued-but-not-in-queue'].examples[0].message_id.startsWith('00000000-0000-7000-8001-0')"

# 250 messages at the end are not in the queue.
head -n 1000 "$dir/queue.all" >"$dir/queue"
says "counts are whole when the examples are cut" 1 "p['queued-but-not-in-queue'].count === 2000 && p['queued-but-not-in-queue'].examples.length === 10 && p['queued-but-not-in-queue'].cut === true"
ledger
ok=0
((rc == 1)) && grep -q '^problem: queued-but-not-in-queue, 2000$' "$dir/out" && grep -q '^  \.\.\. and 1990 more$' "$dir/out" &&
    grep -q '^The ledger does not balance\.$' "$dir/out" && [[ $(wc -l <"$dir/err") == 1 ]] || ok=1
check "so does the text" $ok

# In the queue, but the rows say that it was delivered, or is held.
cp "$dir/queue.all" "$dir/queue"
sql "UPDATE message_recipient SET state = 'delivered' WHERE queue_id = '4Q7z' AND address = 'u1@a.example';
  UPDATE message_recipient SET state = 'bounced' WHERE queue_id = '4Q1100z' AND address = 'u9@a.example'"
says "in the queue and done with: two places" 1 "p['in-queue-and-elsewhere'].count === 2 && !p['in-queue-and-elsewhere'].cut"
sed -i 's/"4Q7z", "recipients": \[{"address": "U0@A.example"},{"address": "U1@A.example"},/"4Q7z", "recipients": [{"address": "U0@A.example"},/; s/\(4Q1100z.*\),{"address": "u9@a.example"}/\1/' "$dir/queue"
says "done with and out of the queue is right" 0 "l.balanced && l.delivered === 1 && l.bounced === 1"
# Mail that came from outside and that no row knows of; what Postfix made or got from us is known from its log.
cp "$dir/queue" "$dir/queue.right"
long=$(($(date +%s) - 300))
for id in BOUNCE MAIL RELEASED; do
    echo "{\"queue_id\": \"4${id}z\", \"arrival_time\": $long, \"sender\": \"MAILER-DAEMON\", \"recipients\": [{\"address\": \"s@elsewhere.example\"},{\"address\": \"t@elsewhere.example\"}]}"
done >>"$dir/queue"
echo "{\"queue_id\": \"4NEWz\", \"arrival_time\": $(date +%s), \"recipients\": [{\"address\": \"s@elsewhere.example\"}]}" >>"$dir/queue"
sql "SELECT logfollow('n', 1, 1, 1, now(), '[{\"kind\": \"notice\", \"queue_id\": \"4BOUNCEz\", \"at\": 1}, {\"kind\": \"queued\", \"queue_id\": \"4BOUNCEz\", \"at\": 1, \"nrcpt\": 1},
    {\"kind\": \"queued\", \"queue_id\": \"4MAILz\", \"at\": 1, \"nrcpt\": 1},
    {\"kind\": \"release\", \"queue_id\": \"4RELEASEDz\", \"at\": 1, \"release_id\": \"00000000-0000-7000-8009-000000000000\"}]')" >/dev/null
says "mail in the queue that no row knows of" 1 "p['in-queue-and-unknown'].count === 2 && l.problems.length === 1"
also "no bounce notice, no released mail, nothing that has just come" 1 "p['in-queue-and-unknown'].examples.every((x) => x.queue_id === '4MAILz')"
ledger
ok=0
((rc == 1)) && grep -q '^problem: in-queue-and-unknown, 2$' "$dir/out" && grep -q '^  message - unknown 4MAILz s@elsewhere.example$' "$dir/out" || ok=1
check "the text says so" $ok
grep -v 4MAILz "$dir/queue" >"$dir/queue.new" && mv "$dir/queue.new" "$dir/queue"
says "a bounce notice of Postfix's own is no problem" 0 "l.balanced && l.in_queue === 12003"
cp "$dir/queue.right" "$dir/queue"

# Somebody pressed Deliver and nothing was sent.
sql "INSERT INTO body SELECT org_id, message_id, received_at, 0, '' FROM message_recipient WHERE queue_id = '4Q9z' LIMIT 1;
  UPDATE message_recipient SET state = 'releasing', state_at = now() - interval '59 minutes' WHERE queue_id = '4Q9z' AND address = 'u1@a.example';
  UPDATE message_recipient SET state = 'releasing', state_at = now() - interval '61 minutes' WHERE queue_id = '4Q9z' AND address = 'u2@a.example'"
says "a release of an hour ago is a problem" 1 "l.releasing === 2 && l.problems.length === 1 && p['releasing-for-long'].count === 1 && p['releasing-for-long'].examples[0].address === 'u2@a.example'"
sql "UPDATE message_recipient SET state = 'deferred', state_at = now() WHERE queue_id = '4Q9z'; DELETE FROM body"

# Two messages claim one place; held without bytes, bytes without a message, passed long ago.
sql "UPDATE message_recipient SET queue_id = '4Q11z' WHERE queue_id = '4Q12z' AND address = 'u5@a.example';
  UPDATE message_recipient SET state = 'held' WHERE recipient_id = '00000000-0000-7000-8002-000000000075';
  INSERT INTO body SELECT org_id, uuid7(), now(), x, '' FROM org, generate_series(0, 0) x;
  UPDATE message_recipient SET state = 'passed', state_at = now() - interval '3 minutes' WHERE queue_id = '4Q100z';
  UPDATE message_recipient SET state = 'passed', state_at = now() WHERE queue_id = '4Q101z'"
sed -i 's/\("4Q12z".*\){"address": "U5@A.example"},/\1/; s/\("4Q7z".*\){"address": "U5@A.example"},/\1/' "$dir/queue"
says "a place in the queue belongs to one message" 1 "p['queued-twice'].count === 1"
also "held without bytes is lost" 1 "l.lost === 1 && p['held-without-bytes'].examples[0].address === 'u5@a.example'"
also "bytes of nobody" 1 "p['bytes-without-message'].count === 1"
also "passed minutes ago, and Postfix does not know" 1 "l.unconfirmed === 20 && p['unconfirmed-for-long'].count === 10"
sql "INSERT INTO body SELECT org_id, message_id, received_at, 0, '' FROM message_recipient WHERE state = 'held';
  DELETE FROM body WHERE message_id::text NOT LIKE '00000000%';
  UPDATE message_recipient SET queue_id = '4Q12z' WHERE queue_id = '4Q11z' AND message_id::text LIKE '%12';
  UPDATE message_recipient SET state = 'delivered' WHERE queue_id = '4Q12z' AND address = 'u5@a.example';
  UPDATE message_recipient SET state = 'queued' WHERE queue_id = '4Q100z'"
says "all that put right: it balances, with mail on its way" 0 "l.balanced && l.lost === 0 && l.held === 1 && l.unconfirmed === 10"
printf '#!/bin/sh\nexit 1\n' >"$dir/postqueue"
ledger
ok=0
((rc == 1)) && grep -q 'postqueue does not answer' "$dir/err" || ok=1
check "without Postfix's queue there is no answer" $ok
echo "1..$n"
exit $bad
