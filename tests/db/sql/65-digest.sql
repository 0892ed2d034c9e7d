-- Digests and links: when they come, whose they are, what a link may.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

-- Times in a zone, over the change of clocks (Berlin: 29 March 2026, 2:00 to 3:00; 25 October, 3:00 to 2:00).
SELECT is(digest_next(d, t, z, a::timestamptz), w::timestamptz, 'I08 ' || what) FROM (VALUES
  ('later today', 127, '{540,1020}'::int[], 'Asia/Tokyo', '2026-11-24 00:30+00', '2026-11-24 08:00+00'),
  ('tomorrow', 127, '{540}', 'Asia/Tokyo', '2026-11-24 00:00+00', '2026-11-25 00:00+00'),
  ('weekly', 1, '{480}', 'UTC', '2026-11-24 12:00+00', '2026-11-30 08:00+00'),
  ('a time that does not exist that day comes all the same', 127, '{150}', 'Europe/Berlin', '2026-03-28 12:00+00', '2026-03-29 01:30+00'),
  ('a time that exists twice comes once', 127, '{150}', 'Europe/Berlin', '2026-10-25 01:30+00', '2026-10-26 01:30+00'),
  ('midnight east of UTC', 127, '{0}', 'Pacific/Auckland', '2026-11-24 10:59+00', '2026-11-24 11:00+00')
) AS x(what, d, t, z, a, w);
SELECT ok(NOT digest_zone_known('Nowhere/Land') AND digest_zone_known('Asia/Tokyo') AND NOT digest_zone_known('''; x'), 'zones are checked');

INSERT INTO digest_rule (org_id, rule_id, name, priority, targets, days, times, tz, next_at)
SELECT org_id(n), ('00000000-0000-7000-8000-0000000000' || n || k)::uuid, 'rule' || k, p, t, 127, '{540}', 'UTC', now()
  FROM generate_series(1, 2) n, (VALUES (1, 100, '{}'::text[]), (2, 10, '{branch.example,boss@org1.example}')) v(k, p, t);
SELECT is(right(digest_rule_of(org_id(1), a)::text, 1), w, 'I08 the rule of ' || a) FROM (VALUES
  ('user@org1.example', '1'), ('boss@org1.example', '2'), ('x@branch.example', '2'), ('x@sub.branch.example', '1')) v(a, w);
SELECT throws_ok(format('INSERT INTO digest_rule (org_id, rule_id, name, priority, days, times, tz, next_at) VALUES (%L, uuid7(), ''z'', 1, 127, ''{1}'', ''No/Where'', now())', org_id(1)), '23514', NULL, 'I08 no such zone');
SELECT throws_ok(format('INSERT INTO digest_rule (org_id, rule_id, name, priority, days, times, tz, next_at) VALUES (%L, uuid7(), ''z'', 1, 127, ''{1440}'', ''UTC'', now())', org_id(1)), '23514', NULL, 'I08 no such time');

-- Whose they are.
INSERT INTO digest_pref (org_id, address) SELECT org_id(n), 'other@org' || n || '.example' FROM generate_series(1, 2) n;
INSERT INTO digest_setting (org_id) SELECT org_id(n) FROM generate_series(1, 2) n;
SELECT is(as_role('sekisho_console', org_id(1), NULL, 'SELECT count(*) FROM digest_rule'), '2', 'console sees its own rules');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT count(*) FROM digest_pref'), '0', 'portal sees nothing of other mailboxes');
SELECT is(changed_as('sekisho_portal', org_id(1), account_id(1, 1), q), w, 'portal ' || what) FROM (VALUES
  ('writes nothing for another mailbox', '42501', format('INSERT INTO digest_pref (org_id, address) VALUES (%L, ''somebody@org1.example'')', org_id(1))),
  ('changes no rule', '42501', 'UPDATE digest_rule SET enabled = false'),
  ('plans nothing', '42501', 'SELECT digest_plan_rule()'),
  ('acts by no link', '42501', format('SELECT link_act(%L, uuid7(), sha256(''x''), now(), ''deliver'', NULL, '''')', org_id(1))),
  ('revokes nothing', '42501', 'UPDATE link_key SET revoked_at = now()'),
  ('asks for no digest of others', '42501', format('SELECT digest_ask(%L, ''somebody@org1.example'')', org_id(1)))
) v(what, w, q);
SELECT is(changed_as('sekisho_console', org_id(1), NULL, format('DELETE FROM digest_rule WHERE org_id = %L', org_id(2))), '0', 'console deletes nothing of another organisation');

-- What a link may, by kind: read and ask for what people may not deliver; nothing for malware.
SELECT is((SELECT string_agg(a, ' ') FROM unnest('{list,read,deliver,allow,delete,block,ask}'::text[]) a WHERE link_may(org_id(1), k, a)), w, 'I10 ' || k) FROM (VALUES
  ('spam', 'list read deliver allow delete block'), ('graymail', 'list read deliver allow delete block'), ('unverified', 'list read deliver delete block'),
  ('phishing', 'list read ask'), ('impersonation', 'list read ask'), ('unscannable', 'list read ask'), ('malware', NULL), ('nonsense', NULL)) v(k, w);
INSERT INTO quarantine_right (org_id, kind, rights) VALUES (org_id(1), 'spam', '{view}'), (org_id(1), 'graymail', '{}');
SELECT ok(link_may(org_id(1), 'spam', 'read') AND NOT link_may(org_id(1), 'spam', 'deliver') AND NOT link_may(org_id(1), 'graymail', 'list')
          AND link_may(org_id(2), 'spam', 'deliver'), 'I10 links obey the rights of the organisation');

-- Quiet hours, also over midnight.
SELECT is(digest_quiet(0, 1439, 'UTC') OR extract(hour FROM now() AT TIME ZONE 'UTC') * 60 + extract(minute FROM now() AT TIME ZONE 'UTC') = 1439, true, 'quiet all day');
SELECT ok(NOT digest_quiet(NULL, NULL, 'UTC') AND NOT digest_quiet(60, 60, 'UTC'), 'never quiet');
SELECT ok(digest_quiet(a, b, 'UTC') <> digest_quiet(b, a, 'UTC'), 'quiet from ' || a || ' is not quiet from ' || b) FROM (VALUES (1320, 420), (30, 900)) v(a, b);
SELECT * FROM finish();
ROLLBACK;
