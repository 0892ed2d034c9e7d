-- Who has written to whom: counted in days, apart for each organisation, bounded, forgotten with the mail.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

CREATE FUNCTION tap.one(n int, p_address text, p_mailbox text, p_way text, p_name text DEFAULT '') RETURNS jsonb LANGUAGE sql AS
  $$ SELECT jsonb_build_object('org_id', org_id(n), 'address', p_address, 'mailbox', p_mailbox, 'way', p_way, 'name', p_name) $$;
CREATE FUNCTION tap.note(VARIADIC p jsonb[]) RETURNS text LANGUAGE sql AS
  $$ SELECT as_role('sekisho_engine', NULL, NULL, format('SELECT correspondent_note(%L)', to_jsonb(p))) $$;
CREATE FUNCTION tap.known(n int, p_mailbox text, p_address text, p_name text DEFAULT '') RETURNS text LANGUAGE sql AS
  $$ SELECT as_role('sekisho_engine', NULL, NULL, format('SELECT concat_ws('','', here, proven, sent, elsewhere, other) FROM correspondent_known(%L, %L, %L, %L)',
       ARRAY[org_id(n)], ARRAY[p_mailbox], p_address, p_name)) $$;
-- As if all that was noted so far had been the day before.
CREATE FUNCTION tap.night() RETURNS void LANGUAGE sql AS $$
  UPDATE correspondent SET first_day = first_day - 1, last_day = last_day - 1, came_day = came_day - 1, proven_day = proven_day - 1, sent_day = sent_day - 1;
  UPDATE correspondent_day SET day = day - 1 $$;

SELECT is(known(1, 'u1@org1.example', 'a@x.example'), '0,0,0,f', 'F27 nobody is known before the first mail');
SELECT is(note(one(1, 'a@x.example', 'u1@org1.example', 'came'), one(1, 'a@x.example', 'u1@org1.example', 'came')), '1', 'one row for a pair');
SELECT is(note(one(1, 'a@x.example', 'u1@org1.example', 'proven')), '0', 'and no second one');
SELECT is(known(1, 'u1@org1.example', 'a@x.example'), '1,1,0,f', 'days are counted, not mails');
SELECT is(known(1, 'u1+tag@org1.example', 'a@x.example'), '1,1,0,f', 'a tag is the same mailbox');
SELECT is(known(1, 'u2@org1.example', 'a@x.example'), '0,0,0,t', 'another mailbox of the organisation knows that somebody does');
SELECT is(known(2, 'u1@org2.example', 'a@x.example'), '0,0,0,f', 'another organisation knows nothing');
SELECT is(known(2, 'u1@org1.example', 'a@x.example'), '0,0,0,f', 'also of the same mailbox');
SELECT night();
SELECT is(note(one(1, 'a@x.example', 'u1@org1.example', 'came'), one(1, 'a@x.example', 'u1@org1.example', 'sent'),
               one(9, 'a@x.example', 'u1@org1.example', 'sent')), '0', 'an organisation that is gone makes no trouble');
SELECT is(known(1, 'u1@org1.example', 'a@x.example'), '2,1,1,f', 'the next day, and who wrote back');

-- Names: of those that are known well, and of our own people.
SELECT is(note(one(1, 'taro@partner.example', 'u1@org1.example', 'proven', 'taro yamada'), one(1, 'boss@org1.example', 'boss@org1.example', 'self', 'hanako sato'),
               one(1, 'jiro@x.example', 'u1@org1.example', 'came', 'jiro suzuki')), '3', 'names are kept');
SELECT is(known(1, 'u1@org1.example', 'x@evil.example', 'taro yamada'), '0,0,0,f', 'F27 who wrote once is not missed');
SELECT night();
SELECT is(note(one(1, 'taro@partner.example', 'u1@org1.example', 'proven', 'taro yamada'), one(1, 'jiro@x.example', 'u1@org1.example', 'came', 'jiro suzuki')), '0', 'the next day');
SELECT is(known(1, 'u1@org1.example', 'x@evil.example', 'taro yamada'), '0,0,0,f,taro@partner.example', 'F27 a known name with another address');
SELECT is(known(1, 'u1@org1.example', 'taro@partner.example', 'taro yamada'), '2,2,0,f', 'his own address is no other');
SELECT is(known(1, 'u2@org1.example', 'x@evil.example', 'taro yamada'), '0,0,0,f', 'whom a colleague knows is not told');
SELECT is(known(1, 'u2@org1.example', 'x@evil.example', 'hanako sato'), '0,0,0,f,boss@org1.example', 'F27 our own people are known to all of us');
SELECT is(known(2, 'u1@org2.example', 'x@evil.example', 'hanako sato'), '0,0,0,f', 'but not to another organisation');
SELECT is(known(1, 'u1@org1.example', 'x@evil.example', 'jiro suzuki'), '0,0,0,f', 'a name that was never proven is none');
SELECT note(one(1, 'b' || i || '@partner.example', 'u1@org1.example', 'sent'), one(1, 'b' || i || '@partner.example', 'u1@org1.example', 'proven', 'taro yamada')) FROM generate_series(1, 4) i;
SELECT is(known(1, 'u1@org1.example', 'x@evil.example', 'taro yamada'), '0,0,0,f', 'what many are called is nobody''s name');

-- An outsider with addresses enough does not hide our own people, nor whom we wrote to.
SELECT note(one(1, 'h' || i || '@evil.example', 'u2@org1.example', 'proven', 'hanako sato')) FROM generate_series(1, 5) i;
SELECT note(one(1, 'g' || i || '@shop.example', 'u1@org1.example', 'proven', 'the shop')) FROM generate_series(1, 5) i;
SELECT night();
SELECT note(one(1, 'h' || i || '@evil.example', 'u2@org1.example', 'proven', 'hanako sato')) FROM generate_series(1, 5) i;
SELECT note(one(1, 'g' || i || '@shop.example', 'u1@org1.example', 'proven', 'the shop')) FROM generate_series(1, 5) i;
SELECT is(known(1, 'u1@org1.example', 'x@evil.example', 'hanako sato'), '0,0,0,f,boss@org1.example', 'F27 others with the name of one of us do not make it nobody''s');
SELECT is(known(1, 'u1@org1.example', 'x@evil.example', 'the shop'), '0,0,0,f', 'a name of many strangers is nobody''s');

-- Made-up senders do not fill the table.
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT correspondent_note(jsonb_agg(one(2, ''s'' || i || ''@x.example'', ''u1@org2.example'', ''came'')), 20) FROM generate_series(1, 8) i')), '8', 'below the limit of a day');
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT correspondent_note(jsonb_agg(one(2, ''t'' || i || ''@x.example'', ''u1@org2.example'', ''came'')), 20) FROM generate_series(1, 8) i')), '2', 'up to the half that is for those who prove nothing');
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT correspondent_note(jsonb_agg(one(2, ''p'' || i || ''@x.example'', ''u1@org2.example'', ''proven'')), 20) FROM generate_series(1, 8) i')), '5', 'who is authenticated has more');
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT correspondent_note(jsonb_agg(one(2, ''q'' || i || ''@x.example'', ''u1@org2.example'', ''sent'')), 20) FROM generate_series(1, 8) i')), '5', 'whom we write to has all of it');
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT correspondent_note(%L, 20)', jsonb_build_array(one(2, 'u@x.example', 'u1@org2.example', 'sent')))), '0', 'not one more');
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT correspondent_note(%L, 10)', jsonb_build_array(one(1, 'u@x.example', 'u1@org1.example', 'sent')))), '1', 'which is no limit for another organisation');
SELECT night();
SELECT is(as_role('sekisho_engine', NULL, NULL, format('SELECT correspondent_note(%L, 10)', jsonb_build_array(one(2, 'u@x.example', 'u1@org2.example', 'sent')))), '1', 'the next day has its own');
SELECT is(note(one(1, repeat('a', 400) || '@x.example', 'u1@org1.example', 'came', repeat('n', 500))), '1', 'long text is cut');

-- Everybody goes through the functions.
SELECT is(as_role(r, org_id(1), account_id(1, 0), 'SELECT count(*) FROM ' || t), '42501', r || ' does not read ' || t)
  FROM unnest(ARRAY['sekisho_console', 'sekisho_portal', 'sekisho_engine', 'sekisho_jobs', 'sekisho_postfix']) r, unnest(ARRAY['correspondent', 'correspondent_day']) t;
SELECT is(as_role(r, org_id(1), account_id(1, 0), q), '42501', r || ' does not call ' || q)
  FROM unnest(ARRAY['sekisho_console', 'sekisho_portal', 'sekisho_postfix']) r,
       unnest(ARRAY['SELECT correspondent_note(''[]'')', 'SELECT correspondent_forget(0, 1)', 'SELECT here FROM correspondent_known(''{}'', ''{}'', '''', '''')']) q;

-- Forgotten with the mail, in steps.
UPDATE correspondent SET last_day = current_date - 100 WHERE org_id = org_id(2) AND address LIKE 's%';
UPDATE correspondent SET last_day = current_date - 80 WHERE org_id = org_id(2) AND address LIKE 't%';
SELECT is(as_role('sekisho_jobs', NULL, NULL, 'SELECT correspondent_forget(90, 5)'), '5', 'so many at once');
SELECT is(as_role('sekisho_jobs', NULL, NULL, 'SELECT correspondent_forget(90, 5)'), '3', 'the rest');
SELECT is((SELECT count(*)::int FROM correspondent WHERE org_id = org_id(2)), 13, 'younger ones stay');
UPDATE org SET retention_days = 365 WHERE org_id = org_id(1);
SELECT is(as_role('sekisho_jobs', NULL, NULL, 'SELECT correspondent_forget(30, 5)'), '0', 'as long as an organisation keeps its mail');

-- Both look-ups have their index also when the table is large.
INSERT INTO correspondent (org_id, address, mailbox, name, first_day, last_day, sent_days)
  SELECT org_id(1 + i % 2), 'x' || i || '@many.example', 'u1@org1.example', 'name ' || i, current_date, current_date, 1 FROM generate_series(1, 20000) i;
ANALYZE correspondent;
CREATE FUNCTION tap.scans(p_sql text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE r text; all_of text := '';
BEGIN
  FOR r IN EXECUTE 'EXPLAIN ' || p_sql LOOP all_of := all_of || r; END LOOP;
  RETURN all_of LIKE '%Seq Scan%';
END $$;
SELECT ok(NOT scans(q), 'has an index: ' || q) FROM (VALUES
  (format('SELECT * FROM correspondent WHERE org_id = %L AND address = ''x'' AND mailbox = ANY (ARRAY[''a'', ''b''])', org_id(1))),
  (format('SELECT * FROM correspondent WHERE org_id = %L AND name = ''x'' AND name <> '''' AND (sent_days > 0 OR proven_days > 1 OR mailbox = address) LIMIT 1000', org_id(1))),
  (format('SELECT * FROM correspondent WHERE org_id = %L AND name = ''x'' AND name <> '''' AND (sent_days > 0 OR mailbox = address) LIMIT 1000', org_id(1))),
  ('SELECT org_id FROM correspondent WHERE last_day < current_date - 90 ORDER BY last_day LIMIT 5')) AS t(q);
SELECT * FROM finish();
ROLLBACK;
