-- What people are told about how they sign in (A-53), and help for who lost the second step (A-57, A-59).
\ir common.psql
SELECT no_plan();
SELECT tenants();
CREATE FUNCTION tap.hash(p text) RETURNS bytea LANGUAGE sql AS $$ SELECT sha256(convert_to(p, 'UTF8')) $$;
INSERT INTO account (org_id, account_id, address, role) VALUES (org_id(1), account_id(1, 8), 'operator@org1.example', 'operator'), (org_id(1), account_id(1, 9), 'help@org1.example', 'help_desk');
UPDATE account SET role = 'owner' WHERE account_id = account_id(1, 0);

-- Everything that somebody may have, for one's own and for another's account.
CREATE FUNCTION tap.everything(p_account uuid) RETURNS void LANGUAGE sql AS $$
  DELETE FROM second_step WHERE account_id = p_account;
  INSERT INTO second_step (org_id, account_id, secret, state) VALUES (org_id(1), p_account, '\x00', 'on');
  INSERT INTO recovery_code (org_id, account_id, code_hash) VALUES (org_id(1), p_account, hash('c' || p_account)) ON CONFLICT DO NOTHING;
  INSERT INTO trusted_device (org_id, account_id, device_hash, expires_at) VALUES (org_id(1), p_account, hash('d'), now() + interval '1 day') ON CONFLICT DO NOTHING;
  INSERT INTO passkey (org_id, account_id, passkey_id, rp, credential, algorithm, public_key, sign_count, name) VALUES (org_id(1), p_account, p_account, 'x', hash('p' || p_account), -7, '\x00', 0, 'Phone') ON CONFLICT DO NOTHING;
  INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface) VALUES (hash('t' || p_account), org_id(1), p_account, 'portal') ON CONFLICT DO NOTHING;
  INSERT INTO session (session_hash, org_id, account_id, surface, csrf, client_ip, agent) VALUES (hash('s' || p_account), org_id(1), p_account, 'portal', hash('csrf'), '192.0.2.7', 'Browser of ' || p_account) ON CONFLICT DO NOTHING;
  INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, token_hash, expires_at) VALUES (org_id(1), uuid7(), 'link', 'x@org1.example', p_account, hash('l' || p_account), now() + interval '1 hour') ON CONFLICT DO NOTHING
$$;
CREATE FUNCTION tap.left_of(p_account uuid) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' ', (SELECT count(*) FROM second_step WHERE account_id = p_account), (SELECT count(*) FROM recovery_code WHERE account_id = p_account),
    (SELECT count(*) FROM trusted_device WHERE account_id = p_account), (SELECT count(*) FROM passkey WHERE account_id = p_account), (SELECT count(*) FROM sign_in_ticket WHERE account_id = p_account),
    (SELECT count(*) FROM session WHERE account_id = p_account), (SELECT count(*) FROM mail_proof WHERE account_id = p_account AND used_at IS NULL))
$$;
CREATE FUNCTION tap.removes(p_role text, p_by uuid, p_whose uuid, p_org int DEFAULT 1) RETURNS text LANGUAGE sql AS $$
  SELECT as_role(p_role, org_id(p_org), p_by, format('SELECT account_second_remove(%L, ''somebody'', ''192.0.2.1'')', p_whose))
$$;
SELECT everything(a) FROM unnest(ARRAY[account_id(1, 0), account_id(1, 1), account_id(1, 2), account_id(1, 8)]) a;
DELETE FROM session WHERE session_hash <> hash('s' || account_id);

SELECT is(removes(r, account_id(1, 1), account_id(1, 2)), '42501', 'A-59 ' || r || ' takes no second step away') FROM unnest(ARRAY['sekisho_portal', 'sekisho_engine', 'sekisho_jobs']) r;
SELECT is(as_role(r, org_id(1), account_id(1, 0), format('SELECT second_remove(%L, %L, NULL, '''', '''', '''')', org_id(1), account_id(1, 1))), '42501', 'A-59 nor by the inner function: ' || r)
  FROM unnest(ARRAY['sekisho_portal', 'sekisho_console', 'sekisho_engine']) r;
SELECT is(as_role(r, org_id(1), account_id(1, 1), format('SELECT second_tell(%L, %L, ''off'', '''', NULL, '''')', org_id(1), account_id(1, 1))), '42501', 'A-53 ' || r || ' sends no such mail by itself')
  FROM unnest(ARRAY['sekisho_portal', 'sekisho_console']) r;
SELECT is(removes('sekisho_console', account_id(1, 9), account_id(1, 1)), 'denied', 'A-59 the help desk may not');
SELECT is(removes('sekisho_console', account_id(1, 1), account_id(1, 2)), 'denied', 'A-59 nor a user');
SELECT is(removes('sekisho_console', account_id(1, 0), account_id(1, 8)), 'denied', 'A-59 an owner not an operator''s');
SELECT is(removes('sekisho_console', account_id(1, 0), account_id(1, 0)), 'denied', 'A-58 nor one''s own, without the password');
SELECT is(removes('sekisho_console', account_id(2, 0), account_id(1, 1), 2), 'gone', 'A-60 not of another organisation');
SELECT is(removes('sekisho_console', NULL, account_id(1, 1)), 'denied', 'A-59 not without a person');
SELECT is(as_role('sekisho_console', org_id(2), account_id(2, 0), format('SELECT count(*) FROM account_second(%L)', account_id(1, 1))), '0', 'A-60 nor looked at');
SELECT is(left_of(account_id(1, 1)), '1 1 1 1 1 1 1', 'nothing has changed by that');
SELECT is((SELECT count(*)::int FROM user_mail), 0, 'and nobody was told anything');

SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), format('SELECT passkeys || '' '' || (since IS NOT NULL) FROM account_second(%L)', account_id(1, 1))), '1 true', 'A33 the page knows what there is');
SELECT is(removes('sekisho_console', account_id(1, 0), account_id(1, 1)), 'ok', 'A33 an owner takes it away');
SELECT is(left_of(account_id(1, 1)), '0 0 0 0 0 0 0', 'A-57 second step, codes, devices, passkeys, half tickets, sessions and mailed links are gone');
SELECT is(left_of(account_id(1, 2)), '1 1 1 1 1 1 1', 'nobody else''s');
SELECT is((SELECT string_agg(recipient || ' ' || kind || ' ' || (params->>'what') || ' ' || (params->>'agent'), ',') FROM user_mail), 'u1@org1.example second_changed removed ', 'A-53 the person is told, once, nothing of the administrator''s browser');
SELECT is((SELECT string_agg(event || ' ' || object || ' ' || detail::text || ' ' || (account_id = account_id(1, 0)), ',') FROM audit WHERE event LIKE 'account.%'),
          'account.second_removed u1@org1.example {"passkeys": 1, "second_step": true} true', 'A-66 one entry of the audit log');
SELECT is(removes('sekisho_console', account_id(1, 0), account_id(1, 1)), 'none', 'a second time there is nothing');
SELECT is((SELECT count(*)::int FROM user_mail), 1, 'A-53 and no second mail');
SELECT is(removes('sekisho_console', account_id(1, 8), account_id(1, 0)), 'ok', 'A33 an operator takes away an owner''s');

-- By the person: from where, as the list of sessions has it; only for a session of that account.
DELETE FROM user_mail;
SELECT second_tell(org_id(1), account_id(1, 2), 'on', '', hash('s' || account_id(1, 2)), '192.0.2.9'), second_tell(org_id(1), account_id(1, 2), 'off', '', hash('s' || account_id(1, 8)), '192.0.2.9');
SELECT is((SELECT params->>'agent' || ' ' || (params->>'ip') FROM user_mail WHERE params->>'what' = 'on'), 'Browser of ' || account_id(1, 2) || ' 192.0.2.9', 'A-53 from where it was done');
SELECT is((SELECT params->>'agent' FROM user_mail WHERE params->>'what' = 'off'), '', 'A-60 another account''s session is nobody''s');

-- A ticket that a passkey made is gone when the passkey is.
INSERT INTO sign_in_ticket (ticket_hash, org_id, account_id, surface, factors, passkey_id) VALUES (hash('by passkey'), org_id(1), account_id(1, 2), 'portal', 2, account_id(1, 2));
DELETE FROM passkey WHERE account_id = account_id(1, 2);
SELECT is((SELECT count(*)::int FROM sign_in_ticket WHERE ticket_hash = hash('by passkey')), 0, 'A-57 a ticket goes with its passkey');
-- Who must have a second step: from when on, and what counts (A-49).
DELETE FROM second_step;
DELETE FROM passkey;
CREATE FUNCTION tap.asked(p_account uuid) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' ', account_factors(org_id(1), p_account), must_enrol(org_id(1), p_account, (SELECT role FROM account WHERE account_id = p_account), (SELECT second_step FROM org WHERE org_id = org_id(1))),
    as_role('sekisho_portal', org_id(1), p_account, 'SELECT second_day() > 0'))
$$;
SELECT is(asked(account_id(1, 2)), '1 f false', 'A-49 nobody must');
UPDATE org SET second_step = 'admins' WHERE org_id = org_id(1);
SELECT is(asked(account_id(1, 2)) || ', ' || asked(account_id(1, 0)), '1 f false, 1 t false', 'A-49 administrators must, at once');
UPDATE org SET second_step = 'everyone', second_from = current_date + 2, tz = 'Pacific/Kiritimati' WHERE org_id = org_id(1);
SELECT is(asked(account_id(1, 2)), '1 f true', 'A-49 before the day it is asked for, not wanted');
UPDATE org SET second_from = (now() AT TIME ZONE 'Pacific/Kiritimati')::date WHERE org_id = org_id(1);
SELECT is(asked(account_id(1, 2)), '1 t false', 'A-49 the day begins where the organisation is');
SELECT everything(account_id(1, 2));
DELETE FROM second_step;
SELECT is(asked(account_id(1, 2)), '1 t false', 'A-49 a passkey does not count by itself');
UPDATE org SET second_kinds = 'any' WHERE org_id = org_id(1);
SELECT is(asked(account_id(1, 2)), '2 f false', 'A-49 where it counts, the password alone is enough no longer');
UPDATE org SET second_from = current_date + 2 WHERE org_id = org_id(1);
SELECT is(asked(account_id(1, 2)), '1 f false', 'A-49 before the day it is');
SELECT is(as_role('sekisho_console', org_id(1), account_id(1, 0), 'SELECT admins || '' '' || users FROM second_missing()'), (SELECT count(*) FILTER (WHERE role <> 'user') || ' ' || count(*) FILTER (WHERE role = 'user') - 1 FROM account WHERE org_id = org_id(1)),
          'A35 how many have none');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 2), 'SELECT second_missing()'), '42501', 'A-59 people are not told of others');
SELECT is(changed_as('sekisho_console', org_id(2), account_id(2, 0), format('UPDATE org SET second_step = ''optional'' WHERE org_id = %L', org_id(1))), '0', 'A-60 the rule of another organisation');
SELECT * FROM finish();
ROLLBACK;
