#!/usr/bin/env python3
"""Makes openspf.json and mail-auth.json, which test_spf_suites.c reads, of the packs' own files.

    convert.py openspf rfc7208-tests.yml >openspf.json
    convert.py mail-auth spf/*.yml >mail-auth.json

Each is a list of scenarios: {"name", "zone": [[name, type, data, preference?]], "tests": [{"id", "ip",
"helo", "sender", "expect": [status], "explanation"?}]}. Type TIMEOUT: the name's other types time out.
Only records that DNS is asked for are kept: type SPF, which nobody asks for, is not.
"""
import ipaddress
import json
import os
import sys


def openspf(paths):
    import yaml

    for doc in yaml.safe_load_all(open(paths[0], encoding="utf-8")):
        zone = []
        for name, records in doc["zonedata"].items():
            zone += [[str(name)] + record for record in openspf_records(records)]
        tests = [{"id": key,
                  "ip": t["host"],
                  "helo": t["helo"],
                  "sender": t["mailfrom"],
                  "expect": t["result"] if isinstance(t["result"], list) else [t["result"]],
                  **({"explanation": t["explanation"]} if "explanation" in t else {})}
                 for key, t in doc["tests"].items()]
        yield {"name": doc["description"], "zone": zone, "tests": tests}


def openspf_records(records):
    """As the suite says: SPF stands for TXT unless the name has TXT of its own."""
    as_txt = not any(isinstance(r, dict) and "TXT" in r for r in records)
    for record in records:
        if record == "TIMEOUT":
            yield ["TIMEOUT", ""]
            continue
        (kind, value), = record.items()
        if kind == "SPF" and as_txt:
            kind = "TXT"
        if kind == "SPF" or value == "NONE":
            continue
        if value == "TIMEOUT":
            yield ["TIMEOUT", ""]
        elif kind == "MX":
            yield ["MX", str(value[1]), value[0]]
        else:
            yield [kind, "".join(value) if isinstance(value, list) else str(value)]


def mail_auth(paths):
    for path in paths:
        for doc in open(path, encoding="utf-8").read().split("\n---"):
            yield from mail_auth_doc(os.path.basename(path), doc)


def mail_auth_doc(file, doc):
    """A file is read from above: "expect" checks what was said so far, records replace earlier ones."""
    title, zone, state, scenario, n = "", {}, {}, None, 0
    for line in doc.split("\n"):
        line = line.strip().removeprefix("- ")
        if not line or line.startswith(("#", "---")):
            continue
        key, _, value = (part.strip() for part in line.partition(":"))
        if key in ("records", "tests"):
            continue
        if key in ("ip", "domain", "sender"):
            state[key] = value
        elif key == "expect":
            if not scenario:
                scenario = {"name": f"{file}: {title}", "zone": mail_auth_zone(zone), "tests": []}
            n += 1
            status, _, text = value.partition(" ")
            scenario["tests"].append({"id": f"{n}", "ip": state["ip"], "helo": state["domain"],
                                      "sender": state["sender"], "expect": [status],
                                      **({"explanation": text} if text else {})})
        else:
            if scenario:
                yield scenario
                scenario = None
            if key == "name":
                title = value
            else:
                mail_auth_record(zone, key, value)
    if scenario:
        yield scenario


def mail_auth_zone(zone):
    """With the two names that the pack's own driver does not answer."""
    return [r for records in zone.values() for r in records] + \
        [[name, "TIMEOUT", ""] for name in ("_dns_error.org", "_dns_error.test.org")]


def mail_auth_record(zone, kind, value):
    name, _, data = value.partition(" ")
    parts = [part.strip() for part in data.split(",")]
    if kind in ("spf", "exp"):
        zone[name, "TXT"] = [[name, "TXT", data]]
    elif kind in ("a", "aaaa"):
        zone[name, kind] = [[name, kind.upper(), part] for part in parts]
    elif kind == "ptr":
        name = ipaddress.ip_address(name).reverse_pointer
        zone[name, kind] = [[name, "PTR", part.removesuffix(".")] for part in parts]
    elif kind == "mx":  # "name address, address": a host of its own for each
        zone[name, kind] = []
        for i, part in enumerate(parts, 1):
            host = f"mx{i}.{name}"
            zone[name, kind] += [[name, "MX", host, 10 * i],
                                 [host, "AAAA" if ":" in part else "A", part]]
    else:
        raise ValueError(f"record {kind}")


def lines(items):
    return ",\n".join("  " + json.dumps(item) for item in items)


def main():
    scenarios = {"openspf": openspf, "mail-auth": mail_auth}[sys.argv[1]](sys.argv[2:])
    print("[" + ",\n".join(f' {{"name": {json.dumps(s["name"])},\n "zone": [\n{lines(s["zone"])}],\n'
                           f' "tests": [\n{lines(s["tests"])}]}}' for s in scenarios) + "]")


main()
