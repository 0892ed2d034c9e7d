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

mkdir -p "$work/gen"
for t in templates/*.html.t; do
    "$BUILD/tools/tmplc" c "$t" "$work/gen/t_$(basename "$t" .html.t).c"
done
for scope in all portal; do
    BUILD=$work node src/tools/msgids "$scope" "$work/$scope.pot" 2>"$work/out"
done
[[ $(grep -c '^msgid' "$work/all.pot") -gt 1000 && $(grep -c '^msgid' "$work/portal.pot") -gt 400 ]]
report $? "texts are found"
# The frame of a page, a reason, a mail, a message after a step, an error: what the portal shows is found. What only the
# console shows is not.
rc=0
for text in "Skip to content" "Looks like phishing" "We never ask for your password by e-mail." "Nothing was chosen. Tick a message first." \
    "This page does not exist" "Fill in this field."; do
    grep -qF "msgid \"$text\"" "$work/portal.pot" || { echo "not found: $text" && rc=1; }
done >"$work/out"
for text in "Add a domain" "Make a DKIM key, then publish its record" "High-profile users"; do
    ! grep -qF "msgid \"$text\"" "$work/portal.pot" || { echo "not of the portal: $text" && rc=1; }
done >>"$work/out"
report "$rc" "what the portal can show is told from the rest"

for po in i18n/*.po; do
    lang=$(basename "$po" .po)
    scope=all
    ! grep -q '"X-Scope: portal' "$po" || scope=portal
    rc=0
    msgfmt --check -o /dev/null "$po" >"$work/out" 2>&1 || rc=$?
    report "$rc" "$lang: well-formed, plurals fit"
    msgmerge --quiet --no-fuzzy-matching -o "$work/$lang.po" "$po" "$work/$scope.pot" 2>/dev/null
    msgattrib --untranslated --no-obsolete --no-wrap "$work/$lang.po" | grep '^msgid' |
        grep -v '^msgid ""$' >"$work/out" || :
    rc=0
    [[ ! -s $work/out ]] || rc=1
    report "$rc" "$lang: nothing is left in English"
    # Where a text stands is said by the file that shows it; make po writes it.
    awk -v RS= 'NR > 1 && /(^|\n)msgid / && !/(^|\n)#: / { print }' "$po" >"$work/out"
    rc=0
    [[ ! -s $work/out ]] || rc=1
    report "$rc" "$lang: each text says where it stands"
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
    # One word for one thing (i18n/glossary.tsv): where the English text has the term, the translation has one of the words.
    # shellcheck disable=SC2016
    node -e '
        const fs = require("fs"), [po, tsv, lang] = process.argv.slice(1);
        const [head, ...rows] = fs.readFileSync(tsv, "utf8").trimEnd().split("\n").map((l) => l.split("\t"));
        const column = head.indexOf(lang);
        if (column < 1) console.log(`no column for ${lang}`);
        for (const entry of fs.readFileSync(po, "utf8").split("\n\n")) {
            const id = [...entry.matchAll(/^msgid(?:_plural)? "(.*)"$/gm)].map((m) => m[1]).join(" ").replace(/\{\w+\}/g, "");
            for (const [, text] of id.trim() ? entry.matchAll(/^msgstr(?:\[\d+\])? "(.*)"$/gm) : [])
                for (const row of rows.filter((r) => r[column])) {
                    const never = row[0] === "never say", has = new RegExp(row[column], "i").test(text);
                    if (never ? has : new RegExp(`\\b${row[0]}s?\\b`, "i").test(id) && !has) console.log(`${row[0]}: ${id} -> ${text}`);
                }
        }' "$work/translated.po" i18n/glossary.tsv "$lang" >"$work/out"
    rc=0
    [[ ! -s $work/out ]] || rc=1
    report "$rc" "$lang: the words of the glossary"
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
