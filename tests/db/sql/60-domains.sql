-- Ownership of domains, checks in DNS, keys for signing.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

CREATE FUNCTION tap.key_id(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT ('00000000-0000-7000-8004-0000000000' || lpad(to_hex(n), 2, '0'))::uuid $$;
CREATE FUNCTION tap.new_key(n int, p_algorithm text DEFAULT 'rsa-sha256', p_org int DEFAULT 1) RETURNS void LANGUAGE sql AS $$
  INSERT INTO dkim_key (org_id, domain_id, key_id, selector, algorithm, bits, private_key, record, created_at)
  VALUES (org_id(p_org), org_id(p_org), key_id(n), 's' || n, p_algorithm, 2048, '\x00', 'v=DKIM1; p=', now() + n * interval '1 second')
$$;
CREATE FUNCTION tap.state(n int) RETURNS text LANGUAGE sql AS $$ SELECT state FROM dkim_key WHERE key_id = key_id(n) $$;
CREATE FUNCTION tap.seen(VARIADIC p int[]) RETURNS void LANGUAGE sql AS $$ -- negative: it is not there
  SELECT dkim_step(org_id(1), org_id(1), coalesce((SELECT jsonb_agg(jsonb_build_object('key_id', key_id(abs(x)), 'present', x > 0)) FROM unnest(p) x), '[]'))
$$;

-- A12: only the owner's role vouches for a domain, whatever the console writes.
SELECT is(changed_as('sekisho_console', org_id(1), NULL, format(
  'INSERT INTO domain (org_id, domain_id, name, vouched, verified_at, verify_token) VALUES (%L, %L, ''new.example'', true, now(), ''known'')', org_id(1), key_id(90))),
  '1', 'A12 the console adds a domain');
SELECT is(vouched::text || (verified_at IS NULL)::text || (verify_token ~ '^[0-9a-f]{32}$')::text, 'falsetruetrue', 'A12 nobody has proved it') FROM domain WHERE name = 'new.example';
SELECT is(changed_as('sekisho_owner', NULL, NULL, format('INSERT INTO domain (org_id, domain_id, name) VALUES (%L, uuid7(), ''cli.example'')', org_id(1))), '1', 'A12 the command adds one');
SELECT is(vouched::text, 'true', 'A12 by its word') FROM domain WHERE name = 'cli.example';
SELECT is(changed_as('sekisho_console', org_id(1), NULL, 'UPDATE domain SET verified_at = now()'), '42501', 'A12 the console cannot say that a domain is verified');
SELECT is((SELECT count(*)::int FROM domain_watch), (SELECT count(*)::int FROM domain), 'A01 every domain is looked at');
SELECT is((SELECT count(*)::int FROM dkim_setting), (SELECT count(*)::int FROM domain), 'E08 every domain has its way of signing');

-- Of another organisation nothing is seen.
INSERT INTO domain_check (org_id, domain_id, item, state, code, checked_at) SELECT org_id(n), org_id(n), 'mx', 'ok', 'mx-ok', now() FROM generate_series(1, 2) n;
SELECT new_key(1), new_key(21, 'rsa-sha256', 2);
SELECT is(as_role('sekisho_console', org_id(1), NULL, format('SELECT count(org_id) FROM %I WHERE org_id <> %L', t, org_id(1))), '0', 'console sees no other ' || t)
  FROM unnest(ARRAY['domain_watch', 'domain_check', 'dkim_setting', 'dkim_key']) t;
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), format('SELECT count(*) FROM %I', t)), '42501', 'portal has no ' || t)
  FROM unnest(ARRAY['domain_watch', 'domain_check', 'dkim_setting', 'dkim_key']) t;
SELECT is(as_role(r, org_id(1), NULL, 'SELECT private_key FROM dkim_key'), '42501', 'E08 no private key for ' || r)
  FROM unnest(ARRAY['sekisho_console', 'sekisho_portal', 'sekisho_postfix']) r;
-- The jobs role signs what was held and is released now.
SELECT is(as_role('sekisho_jobs', NULL, NULL, 'SELECT count(private_key) FROM dkim_key'), '2', 'E08 sekisho_jobs reads keys, to sign released mail');
SELECT is(changed_as('sekisho_jobs', NULL, NULL, 'UPDATE dkim_key SET private_key = ''\x01'''), '42501', 'E08 and changes none');
SELECT is(changed_as('sekisho_console', org_id(1), NULL, format('DELETE FROM dkim_key WHERE org_id = %L', org_id(2))), '0', 'console deletes no key of 2');

-- E08: a key signs when it was in DNS for the wait time, and not before.
SELECT seen(-1); SELECT is(state(1), 'waiting-dns', 'E08 not in DNS: it waits');
SELECT seen(1);  SELECT is(state(1), 'waiting-time', 'E08 in DNS: the wait begins');
SELECT seen(1);  SELECT is(state(1), 'waiting-time', 'E08 the wait is not over');
SELECT seen(-1); SELECT is(state(1), 'waiting-dns', 'E08 gone again: the wait is for nothing');
SELECT seen(1);
UPDATE dkim_key SET seen_in_dns_at = now() - interval '23 hours 59 minutes' WHERE key_id = key_id(1);
SELECT seen(1);  SELECT is(state(1), 'waiting-time', 'E08 one minute is missing');
UPDATE dkim_key SET seen_in_dns_at = now() - interval '24 hours' WHERE key_id = key_id(1);
SELECT seen(VARIADIC '{}');   SELECT is(state(1), 'waiting-time', 'E08 DNS does not answer: nothing changes');
SELECT seen(1);  SELECT is(state(1), 'signing', 'E08 the wait is over: it signs');
-- Rotation with overlap.
SELECT new_key(2), new_key(3, 'ed25519-sha256');
UPDATE dkim_setting SET wait_hours = 0 WHERE domain_id = org_id(1);
SELECT seen(1, -2, 3);
SELECT is(state(1) || ' ' || state(2) || ' ' || state(3), 'signing waiting-dns signing', 'E08 one of each algorithm signs; the old one goes on meanwhile');
SELECT seen(1, 2, 3);
SELECT is(state(1) || ' ' || state(2) || ' ' || state(3), 'retiring signing signing', 'E08 the new key signs, the old one retires');
UPDATE dkim_key SET retiring_since = now() - interval '7 days' + interval '1 minute' WHERE key_id = key_id(1);
SELECT seen(1, 2, 3); SELECT is(state(1), 'retiring', 'E08 its record is needed for mail on its way');
UPDATE dkim_key SET retiring_since = now() - interval '7 days' WHERE key_id = key_id(1);
SELECT seen(1, 2, 3); SELECT is(state(1), 'retired', 'E08 nobody needs it any more');
SELECT seen(-2); SELECT is((SELECT (missing_since IS NOT NULL)::text FROM dkim_key WHERE key_id = key_id(2)), 'true', 'E08 a key that signs and is not in DNS is noticed');
SELECT is(state(2), 'signing', 'E08 and goes on: DNS may be wrong for a moment');
-- A look that changes nothing does not make the gates read everything anew.
SELECT seen(2, 3);
CREATE TEMP TABLE before AS SELECT version FROM config_version;
SELECT seen(2, 3), seen(-1), seen(VARIADIC '{}');
SELECT is(v.version, b.version, 'a look that changes nothing writes nothing') FROM config_version v, before b;
SELECT is(tgname::text, 'config_changed', 'the gate notices ' || tgrelid::regclass) FROM pg_trigger
 WHERE tgname = 'config_changed' AND tgrelid IN ('dkim_key'::regclass, 'dkim_setting'::regclass);
-- A10: everything goes with the domain.
DELETE FROM domain WHERE domain_id = org_id(1);
SELECT is((SELECT count(*)::int FROM dkim_key WHERE domain_id = org_id(1)) + (SELECT count(*)::int FROM domain_check WHERE domain_id = org_id(1))
        + (SELECT count(*)::int FROM domain_watch WHERE domain_id = org_id(1)) + (SELECT count(*)::int FROM dkim_setting WHERE domain_id = org_id(1)), 0,
          'A10 keys, checks and settings go with the domain');
SELECT * FROM finish();
ROLLBACK;
