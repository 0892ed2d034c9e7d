-- The audit log: append-only even for its owner, one chain per organisation.
\ir common.psql
SELECT no_plan();
SELECT tenants();
SELECT audit_add(org_id(1), account_id(1, 0), 'admin@org1.example', 'admin', '192.0.2.1', 'domain.added', 'x.example', '{"after": {"port": 25}}')
  FROM generate_series(1, 5);
SELECT is(string_agg(seq::text, ',' ORDER BY seq), '1,2,3,4,5,6', 'numbers have no gaps') FROM audit WHERE org_id = org_id(1);
SELECT is(string_agg(seq::text, ',' ORDER BY seq), '1', 'each organisation counts for itself') FROM audit WHERE org_id = org_id(2);
SELECT ok(bool_and(hash = sha256(prev || convert_to(audit_canonical(a.*), 'UTF8'))), 'each hash is that of its row and the one before')
  FROM audit a;
SELECT ok(bool_and(a.prev = b.hash), 'the chain is closed') FROM audit a JOIN audit b ON b.org_id = a.org_id AND b.seq = a.seq - 1;
SELECT is(h.hash, a.hash, 'the head is the last row') FROM audit_head h JOIN audit a ON a.org_id = h.org_id AND a.seq = h.seq WHERE h.org_id = org_id(1);
SELECT throws_ok('UPDATE audit SET actor = ''x''', '42501', 'audit rows are never changed', 'no change');
SELECT throws_ok('DELETE FROM audit', '42501', 'audit rows are never changed', 'no deletion');
SELECT is(as_role('sekisho_owner', NULL, NULL, 'UPDATE audit SET actor = ''x'' RETURNING 1'), '42501', 'not by the owner either');

-- Rolled back together with the change it belongs to.
DO $$ BEGIN
  PERFORM audit_add(org_id(1), NULL, 'a', 'cli', '', 'lost', '', '{}');
  RAISE EXCEPTION 'x';
EXCEPTION WHEN raise_exception THEN NULL; END $$;
SELECT is(seq, 6::bigint, 'a change that fails leaves no row and no gap') FROM audit_head WHERE org_id = org_id(1);

-- Retention: the first partition goes, the rest can still be checked.
SELECT lives_ok($$ SELECT partition_drop(365, 365) $$, 'nothing old: nothing dropped');
SELECT is(count(*)::int, 6, 'all rows are there') FROM audit WHERE org_id = org_id(1);
SELECT is((SELECT dropped FROM partition_drop(365, -70)), 1, 'one week after the other');
SELECT lives_ok($$ SELECT partition_drop(365, -70) FROM generate_series(1, 10) $$, 'all audit partitions end');
SELECT is(kept_from, 7::bigint, 'the head knows from where rows are kept') FROM audit_head WHERE org_id = org_id(1);
SELECT is(kept_prev, hash, 'and with which hash they begin') FROM audit_head WHERE org_id = org_id(1);
SELECT cmp_ok(count(*)::int, '>', 0, 'mail partitions stay') FROM pg_class WHERE relname LIKE 'message\_p2%';
SELECT lives_ok('SELECT partition_ensure()', 'partitions are made again');
SELECT is(audit_add(org_id(1), NULL, 'a', 'cli', '', 'next', '', '{}'), 7::bigint, 'the chain goes on');
SELECT * FROM finish();
ROLLBACK;
