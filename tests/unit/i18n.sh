#!/bin/bash
# Every text of console and portal is translated in every catalogue, with its places and plurals.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BUILD=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tap=0
failed=0
report() { # rc name
    tap=$((tap + 1))
    if (($1 == 0)); then
        echo "ok $tap - $2"
    else
        echo "not ok $tap - $2"
        sed 's/^/# /' "$work/out" | head -40
        failed=1
    fi
}

for t in templates/*.html.t; do
    "$BUILD/tools/tmplc" c "$t" "$work/t_$(basename "$t" .html.t).c"
done
xgettext --language=C --from-code=UTF-8 --keyword=T --keyword=TC:1c,2 --keyword=TN:1,2 --keyword=TN_:1,2 \
    --keyword=N_ --keyword=in_error:3 --no-location -o "$work/all.pot" "$work"/t_*.c src/console/*.c \
    src/console/*.def src/console/pages/*.[ch] src/common/password_rule.c src/common/sender_skips.def src/common/auth_cases.def src/common/spam_rule.def src/engine/notices/*.c 2>"$work/out"
[[ $(grep -c '^msgid' "$work/all.pot") -gt 200 ]]
report $? "texts are found"

for po in i18n/*.po; do
    lang=$(basename "$po" .po)
    rc=0
    msgfmt --check -o /dev/null "$po" >"$work/out" 2>&1 || rc=$?
    report "$rc" "$lang: well-formed, plurals fit"
    msgmerge --quiet --no-fuzzy-matching -o "$work/$lang.po" "$po" "$work/all.pot" 2>/dev/null
    msgattrib --untranslated --no-obsolete --no-wrap "$work/$lang.po" | grep '^msgid' |
        grep -v '^msgid ""$' >"$work/out" || :
    rc=0
    [[ ! -s $work/out ]] || rc=1
    report "$rc" "$lang: nothing is left in English"
    # {places} of the text must be those of the msgid.
    msgattrib --translated --no-obsolete --no-wrap "$work/$lang.po" >"$work/translated.po"
    # shellcheck disable=SC2016
    node -e '
        const places = (texts) => new Set(texts.join(" ").match(/\{\w+\}/g) ?? []);
        for (const entry of require("fs").readFileSync(process.argv[1], "utf8").split("\n\n")) {
            const all = (re) => [...entry.matchAll(re)].map((m) => m[1]);
            const ids = all(/^msgid(?:_plural)? "(.*)"$/gm), want = places(ids);
            for (const text of all(/^msgstr(?:\[\d+\])? "(.*)"$/gm)) {
                const have = places([text]);
                const odd = [...have].some((p) => !want.has(p));
                const lost = ids.length === 1 && [...want].some((p) => !have.has(p));
                if (ids[0] && (odd || lost)) console.log(`${ids[0]} -> ${text}`);
            }
        }' "$work/translated.po" >"$work/out"
    rc=0
    [[ ! -s $work/out ]] || rc=1
    report "$rc" "$lang: the same {places}"
done

# One style of Japanese: no space between it and a Latin word or a number (addresses, paths and names that are put in
# keep theirs), full-width colons, brackets and question marks, one word for one thing, and no sentence for what the
# audit log lists.
sed -nE 's/^EVENT\(.*N_\("(.*)"\)\)$/\1/p' src/console/events.def >"$work/events"
# shellcheck disable=SC2016
node -e '
    const fs = require("fs"), events = new Set(fs.readFileSync(process.argv[2], "utf8").split("\n"));
    const J = "[\\u3040-\\u30ff\\u4e00-\\u9fff々]", number = "\\{(?:n|ms)\\}", name = "\\{(?:object|domain|server|selector|address|sender|network|peer|source)\\}";
    const rules = [
        ["a space beside a word or number", `${J} (?:[A-Za-z0-9,]+|${number})(?=$|[^\\x21-\\x7e])|(?:^|[^\\x21-\\x7e])(?:[A-Za-z0-9,]+|${number}) ${J}`],
        ["no space beside a name", `${J}${name}|${name}${J}`],
        ["half-width brackets", `[()]`],
        ["a half-width colon", `(?:${J}|[」）]): |\\}: (?!のことですか)|${J}:`],
        ["a half-width question mark", `${J}[?!]`],
        ["another word", "宛|取り込|書き出|スパム|保留"],
    ].map(([what, re]) => [what, new RegExp(re)]);
    for (const entry of fs.readFileSync(process.argv[1], "utf8").split("\n\n")) {
        const id = /^msgid "(.*)"$/m.exec(entry)?.[1];
        for (const [, text] of entry.matchAll(/^msgstr(?:\[\d+\])? "(.*)"$/gm)) {
            if (!id || !new RegExp(J).test(text)) continue;
            const plain = text.replace(/コマンド.*?sekisho [a-z ]+|sekisho [a-z]+|sekisho\.conf の \w+/g, "x.x");
            for (const [what, re] of rules) if (re.test(plain)) console.log(`${what}: ${text}`);
            if (events.has(id) && /ました/.test(text)) console.log(`a sentence in the audit log: ${text}`);
        }
    }' i18n/ja.po "$work/events" >"$work/out"
rc=0
[[ ! -s $work/out ]] || rc=1
report "$rc" "ja: one style"
echo "1..$tap"
exit $failed
