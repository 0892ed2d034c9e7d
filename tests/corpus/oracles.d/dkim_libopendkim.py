"""libopendkim as an oracle, through ctypes: dkim_libopendkim.py verify DIR (see test_dkim_oracles.c)."""
import ctypes
import pathlib
import sys

c = ctypes
lib = c.CDLL("libopendkim.so.11")
OK, NOKEY = 0, 3
pointer, text, size = c.c_void_p, c.c_char_p, c.c_size_t
LOOKUP = c.CFUNCTYPE(c.c_int, pointer, pointer, c.POINTER(c.c_char), size)
for name, result, args in (
        ("dkim_init", pointer, [pointer, pointer]),
        ("dkim_set_key_lookup", c.c_int, [pointer, LOOKUP]),
        ("dkim_verify", pointer, [pointer, text, pointer, c.POINTER(c.c_int)]),
        ("dkim_header", c.c_int, [pointer, text, size]),
        ("dkim_eoh", c.c_int, [pointer]),
        ("dkim_body", c.c_int, [pointer, text, size]),
        ("dkim_eom", c.c_int, [pointer, pointer]),
        ("dkim_free", c.c_int, [pointer]),
        ("dkim_sig_getdomain", text, [pointer]),
        ("dkim_sig_getselector", text, [pointer])):
    getattr(lib, name).restype = result
    getattr(lib, name).argtypes = args


def fields(head):
    out = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and out:
            out[-1] += b"\r\n" + line
        elif line:
            out.append(line)
    return out


def verify_one(mail):
    head, _, body = mail.partition(b"\r\n\r\n")
    status = c.c_int(0)
    d = lib.dkim_verify(engine, b"case", None, c.byref(status))
    try:
        for f in fields(head):
            if lib.dkim_header(d, f, len(f)) != OK:
                return False
        if lib.dkim_eoh(d) != OK or lib.dkim_body(d, body, len(body)) != OK:
            return False
        return lib.dkim_eom(d, None) == OK
    finally:
        lib.dkim_free(d)


folder = pathlib.Path(sys.argv[2])
keys = dict(line.split("\t", 1) for line in (folder / "keys").read_text().splitlines())


@LOOKUP
def find(_, sig, out, room):
    name = lib.dkim_sig_getselector(sig) + b"._domainkey." + lib.dkim_sig_getdomain(sig)
    record = keys.get(name.decode())
    if not record or len(record) + 1 > room:
        return NOKEY
    c.memmove(out, record.encode() + b"\0", len(record) + 1)
    return OK


engine = lib.dkim_init(None, None)
lib.dkim_set_key_lookup(engine, find)
for case in sorted(folder.glob("case-*")):
    print(case.name, "pass" if verify_one(case.read_bytes()) else "fail")
