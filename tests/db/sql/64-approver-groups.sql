-- N8: groups that decide about release requests.
\ir common.psql
SELECT no_plan();
SELECT tenants();
GRANT USAGE ON SCHEMA tap TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;

-- 5 and 6: help desk; 7: domain admin; 8: auditor; 1: user; 0: owner.
INSERT INTO account (org_id, account_id, address, role) SELECT org_id(1), account_id(1, n), a, r FROM (VALUES
  (5, 'help@org1.example', 'help_desk'), (6, 'other@org1.example', 'help_desk'), (7, 'dom@org1.example', 'domain_admin'), (8, 'audit@org1.example', 'auditor')) x(n, a, r);
CREATE FUNCTION tap.decide(p_domain text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT string_agg(n::text, ' ' ORDER BY n) FROM unnest(ARRAY[0, 1, 5, 6, 7, 8]) n WHERE request_decides(tap.org_id(1), tap.account_id(1, n), p_domain) $$;
CREATE FUNCTION tap.grp(p_org int, p_name text, p_members int[], p_domains text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO approver_group (org_id, group_id, name, members, domains)
  VALUES (tap.org_id(p_org), uuid7(), p_name, ARRAY(SELECT tap.account_id(p_org, n) FROM unnest(p_members) n), p_domains) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap TO PUBLIC;

SELECT is(decide('org1.example'), '0 5 6 7', 'N8 without groups all who may deliver');
SELECT grp(1, 'desk', '{5}', '{org1.example}');
SELECT is(decide('org1.example'), '0 5', 'N8 the group of the domain');
SELECT is(decide('branch.example'), '0 5 6 7', 'N8 it has no word about other domains');
SELECT grp(1, 'all', '{6}', '{}');
SELECT is(decide('branch.example'), '0 6', 'N8 the group of the organisation');
SELECT is(decide('org1.example'), '0 5', 'N8 the domain''s comes first');
INSERT INTO request_approver VALUES (org_id(1), 'org1.example', account_id(1, 7));
SELECT is(decide('org1.example'), '0 5 7', 'N8 together with who is named one by one');
DELETE FROM request_approver;
SELECT grp(1, 'wrong', '{1,8}', '{branch.example}');
SELECT is(decide('branch.example'), '0 6', 'N8 users and auditors decide nothing, whatever a group says');
SELECT grp(2, 'desk', '{0}', '{org1.example}');
SELECT is(request_decides(org_id(1), account_id(2, 0), 'org1.example'), false, 'N8 nobody of another organisation');
SELECT is(decide('org1.example'), '0 5', 'N8 and its groups change nothing here');

-- Who is told, and four eyes.
SELECT is(request_may_decide(org_id(1), account_id(1, 5), account_id(1, 5), 'org1.example'), false, 'N8 four eyes in a group');
SELECT mail(org_id(1), message_id(1, 150), recipient_id(1, 150), 'u1@org1.example', 'held', 'phishing');
INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind)
SELECT org_id, uuid7(), recipient_id, message_id, received_at, account_id(1, 1), 'x', address, domain, kind FROM message_recipient WHERE recipient_id = recipient_id(1, 150);
SELECT is((SELECT string_agg(recipient, ' ' ORDER BY recipient) FROM user_mail WHERE kind = 'request_new'), 'admin@org1.example help@org1.example', 'N8 the group and the owner are told');
-- In digests.
CREATE FUNCTION tap.waiting(p_address text, p_limit int DEFAULT 10) RETURNS text LANGUAGE sql AS $$
  SELECT coalesce(string_agg(mailbox || ' ' || sender || ' ' || n, ', '), 'none') FROM digest_requests(org_id(1), p_address, p_limit)
$$;
SELECT is(waiting('help@org1.example'), 'u1@org1.example ' || (SELECT sender FROM release_request) || ' 1', 'N8 in the digest of who decides');
SELECT is(waiting(a), 'none', 'N8 not in that of ' || a) FROM unnest(ARRAY['u1@org1.example', 'u2@org1.example', 'nobody@org1.example', 'admin@org2.example']) a;
SELECT is((SELECT count(*)::int FROM digest_requests(org_id(2), 'admin@org2.example', 10)), 0, 'N8 nothing of another organisation');
SELECT is(as_role(r, org_id(1), account_id(1, 0), format('SELECT count(*) FROM digest_requests(%L, ''admin@org1.example'', 10)', org_id(1))), '42501', 'N8 ' || r || ' does not ask that')
  FROM unnest(ARRAY['sekisho_portal', 'sekisho_console']) r;
SELECT mail(org_id(1), message_id(1, 151), recipient_id(1, 151), 'u1@org1.example', 'held', 'phishing');
INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind)
SELECT org_id, uuid7(), recipient_id, message_id, received_at, account_id(1, 1), 'x', address, domain, kind FROM message_recipient WHERE recipient_id = recipient_id(1, 151);
SELECT is((SELECT count(*) || ' ' || max(n) FROM digest_requests(org_id(1), 'help@org1.example', 1)), '1 2', 'N8 the number is that of all');
DELETE FROM release_request WHERE recipient_id = recipient_id(1, 151);
UPDATE release_request SET state = 'withdrawn', decided_at = now();
SELECT is(waiting('help@org1.example'), 'none', 'N8 only what waits');
UPDATE release_request SET state = 'waiting', decided_at = NULL;
UPDATE release_request SET reminded_at = now();
SELECT is((SELECT string_agg(recipient, ' ' ORDER BY recipient) FROM user_mail WHERE kind = 'request_new' AND (params->>'reminder')::boolean), 'admin@org1.example help@org1.example', 'N8 and reminded');

-- A domain whose approvers are gone is not stuck.
UPDATE account SET state = 'suspended' WHERE account_id = account_id(1, 5);
SELECT is(decide('org1.example'), '0 6', 'N8 nobody of the group is left: the organisation''s group');
DELETE FROM account WHERE account_id = account_id(1, 6);
SELECT is(decide('org1.example'), '0 7', 'N8 nobody at all: who may deliver');

-- Row-level security.
SELECT is(as_role('sekisho_console', org_id(2), account_id(2, 0), 'SELECT count(*) FROM approver_group'), '1', 'T-W7 groups of the own organisation only');
SELECT is(changed_as('sekisho_console', org_id(2), account_id(2, 0), format('UPDATE approver_group SET name = ''x'' WHERE org_id = %L', org_id(1))), '0', 'T-W7 nor changed by others');
SELECT is(changed_as('sekisho_console', org_id(2), account_id(2, 0), format('INSERT INTO approver_group (org_id, group_id, name, members) VALUES (%L, uuid7(), ''x'', ''{}'')', org_id(1))), '42501', 'T-W7 nor added');
SELECT is(as_role('sekisho_portal', org_id(1), account_id(1, 1), 'SELECT count(*) FROM approver_group'), '42501', 'T-W7 the portal does not see them');
SELECT throws_ok(format('INSERT INTO approver_group (org_id, group_id, name, members) SELECT %L, uuid7(), ''g'' || n, ''{}'' FROM generate_series(1, 60) n', org_id(1)), '23505', NULL, 'at most 50 groups');
SELECT * FROM finish();
ROLLBACK;
