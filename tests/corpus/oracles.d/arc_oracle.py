"""dkimpy as an oracle of ARC: arc_oracle.py seal|verify DIR (see test_arc_oracles.c)."""
import pathlib
import sys

import dkim

HEADERS = [b"from", b"to", b"subject", b"date", b"message-id"]


def seal(folder):
    key = (folder / "rsa.pem").read_bytes()
    for plain in sorted(folder.glob("plain-*")):
        mail = plain.read_bytes()
        for n in range(1, 4):
            state = b"" if n == 1 else b" arc=pass;"
            results = b"Authentication-Results: gw.example;" + state + b" spf=none smtp.mailfrom=a.example\r\n"
            fields = dkim.arc_sign(results + mail, b"r", b"example.com", key, b"gw.example", include_headers=HEADERS)
            assert fields, "dkimpy did not seal"
            mail = b"".join(fields) + mail
            (folder / f"py-{plain.name[6:]}-{n}").write_bytes(mail)


def verify(folder):
    keys = dict(line.split("\t", 1) for line in (folder / "keys").read_text().splitlines())

    def txt(name, timeout=5):
        text = keys.get(name.decode().rstrip("."))
        return text.encode() if text else None

    for case in sorted(folder.glob("case-*")):
        try:
            cv = dkim.arc_verify(case.read_bytes(), dnsfunc=txt)[0]
        except Exception:  # dkimpy throws what its parser trips over
            cv = b"fail"
        print(case.name, cv.decode() if cv else "fail")


{"seal": seal, "verify": verify}[sys.argv[1]](pathlib.Path(sys.argv[2]))
