-- How high-profile users write: added up as style.c compares it, apart for each organisation, bounded by day, forgotten.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;

CREATE FUNCTION tap.one(n int, p_person text, VARIADIC p_features float8[]) RETURNS jsonb LANGUAGE sql AS
  $$ SELECT jsonb_build_object('org_id', org_id(n), 'person', p_person, 'features', p_features) $$;
CREATE FUNCTION tap.note(VARIADIC p jsonb[]) RETURNS text LANGUAGE sql AS
  $$ SELECT as_role('sekisho_engine', NULL, NULL, format('SELECT writing_style_note(%L)', to_jsonb(p))) $$;
CREATE FUNCTION tap.style(n int, p_person text) RETURNS text LANGUAGE sql AS
  $$ SELECT as_role('sekisho_engine', NULL, NULL, format('SELECT concat_ws('' '', mails, mean, m2, all_mails) FROM writing_style_of(%L, %L)', ARRAY[org_id(n)], p_person)) $$;

SELECT is(style(1, 'taro yamada'), NULL, 'F26 nothing is known before the first mail');
SELECT note(one(1, 'taro yamada', 1, 10), one(1, '', 2, 2));
SELECT note(one(1, 'taro yamada', 3, 10), one(1, 'taro yamada', 5, 16));
SELECT is(style(1, 'taro yamada'), '3 {3,12} {8,24} 1', 'F26 mean and squared differences (Welford)');
SELECT is(style(2, 'taro yamada'), NULL, 'another organisation knows nothing');
SELECT is(style(1, ''), NULL, 'everybody is nobody''s name');
SELECT note(one(9, 'taro yamada', 1, 1));
SELECT is((SELECT count(*) FROM writing_style WHERE org_id = org_id(9)), 0::bigint, 'an organisation that is gone makes no trouble');

-- One day's flood is no style; the next day goes on.
SELECT note(one(1, 'taro yamada', 7, 7)) FROM generate_series(1, 30);
SELECT is((SELECT mails FROM writing_style WHERE person = 'taro yamada'), 20, '20 mails of a person in a day');
SELECT note(one(1, '', 7, 7)) FROM generate_series(1, 120);
SELECT is((SELECT mails FROM writing_style WHERE person = ''), 100, '100 of everybody');
UPDATE writing_style SET day = day - 1;
SELECT note(one(1, 'taro yamada', 7, 7));
SELECT is((SELECT mails || ' ' || today FROM writing_style WHERE person = 'taro yamada'), '21 1', 'the next day');

-- People change.
UPDATE writing_style SET mails = 200, mean = '{0,0}', m2 = '{200,0}', today = 0 WHERE person = 'taro yamada';
SELECT note(one(1, 'taro yamada', 200, 0));
SELECT is(style(1, 'taro yamada'), '200 {1,0} {39999,0} 100', 'a new mail takes the weight of an old one');
SELECT note(one(1, 'taro yamada', 1, 2, 3));
SELECT is(style(1, 'taro yamada'), '1 {1,2,3} {0,0,0} 100', 'measured otherwise: begins anew');

SELECT is(as_role('sekisho_engine', NULL, NULL, 'SELECT count(*) FROM writing_style'), '42501', 'nobody reads the table');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT count(*) FROM writing_style_of(NULL, NULL)'), '42501', 'nor asks, but the engine');
UPDATE writing_style SET day = day - 500 WHERE person = '';
SELECT is(as_role('sekisho_jobs', NULL, NULL, 'SELECT writing_style_forget(400, 100)'), '1', 'who has not written for long is forgotten');
SELECT * FROM finish();
ROLLBACK;
