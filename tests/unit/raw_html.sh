#!/bin/bash
# HTML that does not go through the escaper, by name: removing the escaping of one field anywhere
# makes one of these fail (acceptance 9; T-W1). Each exception is listed here with its reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tap=0
failed=0
report() { # name output (empty: good)
    tap=$((tap + 1))
    if [[ -z $2 ]]; then
        echo "ok $tap - $1"
    else
        echo "not ok $tap - $1"
        # shellcheck disable=SC2001
        sed 's/^/# /' <<<"$2"
        failed=1
    fi
}

# {{!...}}: none. A line "templates/x.html.t: expression" in the list would allow one.
allowed_raw=''
found=$(grep -n '{{ *!' templates/*.html.t || :)
report "T-W1 no template field is written raw" \
    "$(while IFS= read -r l; do [[ -z $l || $allowed_raw == *"$l"* ]] || echo "$l"; done <<<"$found")"

# C that writes to the page itself: the escaper, and marks around single characters of an address
# (the characters go through view_html). web_reply.c writes the head of the reply, no HTML.
report "pages write HTML through templates only" \
    "$(grep -rnE '(buf_(str|add|char|printf)|view_raw)\((out|r->out)\b' src/console |
        grep -vE '^src/console/(view|ui_address|ui_lookalike|web_reply)\.c:' || :)"
report "marked addresses write fixed HTML only" \
    "$(grep -hnE 'view_raw\(' src/console/ui_address.c src/console/ui_lookalike.c | grep -vE 'view_raw\(out, "[^"\\]*(\\"[^"\\]*)*"\);' || :)"

# Scripts put HTML in at one place only, through the named policy.
report "one Trusted Types policy, one place" \
    "$( (grep -rnE 'innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createPolicy|\beval\b|new Function' assets/js || :) |
        grep -vE 'createPolicy\("frag"|frag\.createHTML|policy\.createHTML|//' || :)"
report "templates hold no script, no style, no outside address" \
    "$(grep -nEi '<script[^>]*>[^<]|<style|https?://|javascript:' templates/*.html.t | grep -vE '<script type="module" src="\{\{url: view_asset\("[a-z.]+"\)\}\}"></script>' || :)"
echo "1..$tap"
exit "$failed"
