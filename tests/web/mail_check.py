#!/usr/bin/python3
"""What somebody else's programs say of mails of ours: Python's own mail package, dkimpy.

stdin: JSON {"record": TXT record of the signing key or "", "mails": [base64, ...]}; stdout: a JSON list, one object a mail:
  problems   what is wrong with header, parts and lines (RFC 5322, 2045, 2047, 2369, 3834, 8058); must be empty
  dkim       the signature verifies; covered: fields that it signs, as often as they stand in h=
  fields     [[name, decoded value], ...]; parts: [[type, text], ...]
"""
import base64
import email.errors
import email.header
import email.policy
import email.utils
import json
import re
import sys

import dkim

ONCE = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Language"]


def lines(raw):
    """RFC 5322 2.1.1, 2.2: CRLF only, 998 bytes, header fields of ASCII."""
    found = []
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        found.append("a bare CR or LF")
    if b"\0" in raw:
        found.append("a NUL")
    head, _, body = raw.partition(b"\r\n\r\n")
    for line in raw.split(b"\r\n"):
        if len(line) > 998:
            found.append(f"a line of {len(line)} bytes")
    for line in head.split(b"\r\n"):
        if not re.fullmatch(rb"[\t -~]*", line):
            found.append(f"a byte that is not ASCII: {line[:60]!r}")
        if not re.match(rb"[!-9;-~]+:|[ \t]+\S", line):
            found.append(f"no field and no folded line: {line[:60]!r}")
    if re.search(rb"[\x80-\xff]", body):
        found.append("8-bit bytes in the body")
    return found


def encoded_words(raw):
    """RFC 2047 2: at most 75 characters each, lines that have one at most 76; each decodes by itself (5)."""
    found = []
    for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        words = re.findall(rb"=\?([^?]*)\?([BbQq])\?([^?]*)\?=", line)
        if words and len(line) > 76:
            found.append(f"a line of {len(line)} bytes with an encoded word")
        for charset, kind, text in words:
            if len(charset) + len(text) + 7 > 75:
                found.append("an encoded word of more than 75 characters")
            try:
                (base64.b64decode(text, validate=True) if kind in b"Bb" else text).decode(charset.decode())
            except (ValueError, LookupError) as why:
                found.append(f"an encoded word that is no text: {why}")
    return found


def header(m):
    found = []
    for name in ONCE:
        if len(m.get_all(name, [])) != 1:
            found.append(f"{len(m.get_all(name, []))} times {name}")
    for name in {n.lower() for n in m.keys()} & {"bcc", "cc", "sender", "reply-to"}:
        found.append(f"a field that we never write: {name}")
    for name, value in m.items():
        for defect in getattr(value, "defects", ()):
            found.append(f"{name}: {defect!r}")
    if found:
        return found
    if len(m["From"].addresses) != 1 or len(m["To"].addresses) != 1:
        found.append("not one address")
    if m["Date"].datetime is None or email.utils.parsedate_to_datetime(str(m["Date"])).tzinfo is None:
        found.append("no date")
    if not re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", m["Message-ID"].strip()):
        found.append(f"Message-ID {m['Message-ID']}")
    if str(m["Auto-Submitted"]) != "auto-generated":
        found.append("RFC 3834")
    stop = m["List-Unsubscribe"]
    if stop is not None:
        if not re.fullmatch(r"<https?://[^<>\s,]+>", str(stop).strip()) or str(m["List-Unsubscribe-Post"]) != "List-Unsubscribe=One-Click":
            found.append(f"RFC 8058: {stop} {m['List-Unsubscribe-Post']}")
    if m["List-Id"] is not None and not re.fullmatch(r"<[a-z0-9.-]+\.[a-z0-9.-]+>", str(m["List-Id"])):
        found.append(f"RFC 2919: {m['List-Id']}")
    return found


def parts(m):
    out, found = [], []
    kind = m.get_content_type()
    leaves = list(m.iter_parts()) if m.is_multipart() else [m]
    if kind not in ("text/plain", "multipart/alternative"):
        found.append(f"type {kind}")
    if kind == "multipart/alternative" and [p.get_content_type() for p in leaves] != ["text/plain", "text/html"]:
        found.append("the plain part comes first, then the page (RFC 2046 5.1.4)")
    for p in leaves:
        if p.defects or p.get_content_charset() != "utf-8":
            found.append(f"part: {p.defects} {p.get_content_charset()}")
        text = p.get_payload(decode=True).decode("utf-8")
        if re.search(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text.replace("\r\n", "\n")):
            found.append(f"a control character or mark of direction in {p.get_content_type()}")
        out.append([p.get_content_type(), text])
    return out, found


def look(raw, record):
    problems = lines(raw) + encoded_words(raw)
    try:
        m = email.message_from_bytes(raw, policy=email.policy.strict)
        problems += header(m)
        bodies, found = parts(m)
        problems += found
        # Python 3.11 puts a space between two encoded words of a phrase when it reads addresses: read as plain text.
        plain = email.message_from_bytes(raw, policy=email.policy.compat32)
        fields = [[n, str(email.header.make_header(email.header.decode_header(v)))] for n, v in plain.items()]
    except (email.errors.MessageError, email.errors.MessageDefect, ValueError) as why:
        return {"problems": problems + [repr(why)], "dkim": False, "covered": [], "fields": [], "parts": []}
    signature = re.search(rb"^DKIM-Signature:.*?\bh=([^;]*);", raw, re.S | re.M | re.I)
    covered = re.sub(rb"\s", b"", signature.group(1)).decode().lower().split(":") if signature else []
    good = bool(record) and bool(signature) and dkim.verify(raw, dnsfunc=lambda name, timeout=5: record.encode())
    return {"problems": problems, "dkim": good, "covered": covered, "fields": fields, "parts": bodies}


job = json.load(sys.stdin)
json.dump([look(base64.b64decode(x), job["record"]) for x in job["mails"]], sys.stdout)
