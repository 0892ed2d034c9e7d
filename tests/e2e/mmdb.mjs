// Writes a small country database in MaxMind's format (version 2.0, record size 24, IPv4 in IPv6), for tests.
import { writeFileSync } from "node:fs";

const utf8 = (s) => Buffer.concat([Buffer.from([0x40 | s.length]), Buffer.from(s)]);
const map = (o) => Buffer.concat([Buffer.from([0xe0 | Object.keys(o).length]), ...Object.entries(o).flatMap(([k, v]) => [utf8(k), v])]);
const uint = (type, bytes, n) => {
  const b = Buffer.alloc(bytes);
  b.writeUIntBE(n, 0, Math.min(bytes, 6));
  return Buffer.concat([type > 7 ? Buffer.from([bytes, type - 7]) : Buffer.from([(type << 5) | bytes]), b]);
};

// networks: [["192.0.2.0", 24, "JP"], ...], IPv4 only
export function writeCountries(file, networks) {
  const nodes = [[null, null]], data = [], offsets = {};
  let at = 0;
  for (const [address, bits, code] of networks) {
    if (!(code in offsets)) {
      const entry = map({ country: map({ iso_code: utf8(code) }) });
      offsets[code] = at;
      data.push(entry);
      at += entry.length;
    }
    const path = [...Array(96).fill(0), ...address.split(".").flatMap((o) => [...Number(o).toString(2).padStart(8, "0")].map(Number)).slice(0, bits)];
    let node = 0;
    path.forEach((bit, i) => {
      if (i === path.length - 1) nodes[node][bit] = { code };
      else {
        if (nodes[node][bit] === null) nodes[node][bit] = nodes.push([null, null]) - 1;
        node = nodes[node][bit];
      }
    });
  }
  const n = nodes.length, record = (r) => (r === null ? n : typeof r === "number" ? r : n + 16 + offsets[r.code]);
  const tree = Buffer.alloc(n * 6);
  nodes.forEach(([l, r], i) => (tree.writeUIntBE(record(l), i * 6, 3), tree.writeUIntBE(record(r), i * 6 + 3, 3)));
  const meta = map({
    node_count: uint(6, 4, n), record_size: uint(5, 2, 24), ip_version: uint(5, 2, 6), database_type: utf8("Test-Country"),
    languages: Buffer.from([0x00, 0x04]), binary_format_major_version: uint(5, 2, 2), binary_format_minor_version: uint(5, 2, 0),
    build_epoch: uint(9, 4, 1764000000), description: map({ en: utf8("test") }),
  });
  writeFileSync(file, Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"), meta]));
}
