-- What two people do in the same moment: mailboxes that are given, lists of senders, jobs of many mails that are undone in any order.

------------------------------------------------------------------ one mailbox, one at a time

-- Whoever gives an address, or makes the account that signs in with it, waits for the others who do so, and looks then: what they have written
-- is seen by a check of the next statement. The forms with a tag belong to their mailbox, so they wait for it, too.
-- The order of locks: the account, the domain, this, the head of the audit log, rows of account_mailbox.
CREATE FUNCTION mailbox_turn(p_org uuid, p_address text) RETURNS void LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(p_org::text || mailbox_of(p_address), 48))
$$;
CREATE FUNCTION account_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM mailbox_turn(NEW.org_id, NEW.address);
  RETURN NEW;
END $$;
CREATE TRIGGER account_turn BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_turn();

-- As in 0042-user-mailboxes.sql, one at a time.
CREATE OR REPLACE FUNCTION mailbox_give(p_org uuid, p_account uuid, p_address text, p_how text, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE v_who text;
BEGIN
  SELECT address INTO v_who FROM account WHERE org_id = p_org AND account_id = p_account FOR NO KEY UPDATE;
  IF v_who IS NULL THEN RETURN 'outside'; END IF;
  PERFORM FROM domain d WHERE d.org_id = p_org AND d.name = substring(p_address FROM '[^@]*$') FOR KEY SHARE;
  IF NOT FOUND THEN RETURN 'outside'; END IF;
  PERFORM mailbox_turn(p_org, p_address);
  IF EXISTS (SELECT FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address) THEN RETURN 'have'; END IF;
  -- An alias is nobody else's in any way, nor the tagged form of somebody else's mailbox, whom it would take that mail from (portal_recipient,
  -- 0002-access.sql). What is one person's alone is not shared either.
  IF EXISTS (SELECT FROM account_mailbox x
              WHERE x.org_id = p_org AND x.account_id <> p_account AND x.address IN (p_address, mailbox_of(p_address))
                AND (p_how = 'directory' OR x.address <> p_address OR x.how <> 'shared')) THEN RETURN 'taken'; END IF;
  -- Who signs in with it need not have it among his mailboxes: an administrator of the first hour.
  IF EXISTS (SELECT FROM account o WHERE o.org_id = p_org AND o.account_id <> p_account AND o.address IN (p_address, mailbox_of(p_address))) THEN RETURN 'taken'; END IF;
  IF (SELECT count(*) FROM account_mailbox WHERE org_id = p_org AND account_id = p_account) >= 100 THEN RETURN 'full'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (p_org, p_account, p_address, p_how) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 'taken'; END IF;
  IF p_how = 'directory' THEN
    INSERT INTO digest_pref (org_id, address, together, together_by) VALUES (p_org, p_address, true, p_account)
    ON CONFLICT (org_id, address) DO UPDATE SET together = true, together_by = excluded.together_by;
  END IF;
  PERFORM audit_add(p_org, p_by, p_actor, p_surface, p_ip, 'mailbox.linked', p_address, jsonb_build_object('account', v_who, 'how', p_how));
  RETURN 'ok';
END $$;

-- As in 0042-user-mailboxes.sql. The audit log before the mailbox, which whoever deletes the account or the domain takes away behind it.
CREATE OR REPLACE FUNCTION mailbox_withdraw(p_org uuid, p_account uuid, p_address text, p_by uuid, p_actor text, p_surface text, p_ip text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE v_who text; v_how text;
BEGIN
  SELECT address INTO v_who FROM account WHERE org_id = p_org AND account_id = p_account FOR NO KEY UPDATE;
  IF v_who = p_address THEN RETURN 'own'; END IF;
  PERFORM FROM audit_head WHERE org_id = p_org FOR UPDATE;
  DELETE FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address RETURNING how INTO v_how;
  IF NOT FOUND THEN RETURN 'none'; END IF;
  PERFORM audit_add(p_org, p_by, p_actor, p_surface, p_ip, 'mailbox.unlinked', p_address, jsonb_build_object('account', v_who, 'how', v_how));
  RETURN 'ok';
END $$;

-- As in 0021-user-mail.sql, one at a time, while its domain stays. Keys are not locked, as in mailbox_give().
CREATE OR REPLACE FUNCTION mailbox_take(p_org uuid, p_account uuid, p_address text, p_surface text, p_ip text, p_proof text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_actor text;
BEGIN
  SELECT address INTO v_actor FROM account WHERE org_id = p_org AND account_id = p_account AND state = 'active' FOR NO KEY UPDATE;
  IF v_actor IS NULL THEN RETURN 'outside'; END IF;
  PERFORM FROM domain d WHERE d.org_id = p_org AND d.name = substring(p_address FROM '[^@]*$') FOR KEY SHARE;
  IF NOT FOUND THEN RETURN 'outside'; END IF;
  PERFORM mailbox_turn(p_org, p_address);
  IF EXISTS (SELECT FROM account_mailbox WHERE org_id = p_org AND account_id = p_account AND address = p_address) THEN RETURN 'have'; END IF;
  IF (SELECT count(*) FROM account_mailbox WHERE org_id = p_org AND account_id = p_account) >= 100 THEN RETURN 'full'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (p_org, p_account, p_address, 'added') ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 'taken'; END IF;
  PERFORM audit_add(p_org, p_account, v_actor, p_surface, p_ip, 'mailbox.linked', p_address, jsonb_build_object('proof', p_proof));
  RETURN 'ok';
END $$;
CREATE OR REPLACE FUNCTION mailbox_by_ticket(p_ticket text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE t sign_in_ticket; v_address text;
BEGIN
  PERFORM FROM account WHERE org_id = scope_org() AND account_id = scope_account() FOR NO KEY UPDATE; -- before the ticket, which may be its own
  DELETE FROM sign_in_ticket WHERE ticket_hash = sha256(convert_to(p_ticket, 'UTF8')) RETURNING * INTO t;
  IF t.account_id IS NULL OR t.expires_at <= now() OR t.surface <> 'portal' OR t.org_id IS DISTINCT FROM scope_org() THEN RETURN 'gone'; END IF;
  SELECT address INTO v_address FROM account WHERE org_id = t.org_id AND account_id = t.account_id AND state = 'active';
  IF v_address IS NULL OR t.factors < account_factors(t.org_id, t.account_id) THEN RETURN 'gone'; END IF; -- 0022: half a ticket is none
  RETURN mailbox_take(scope_org(), scope_account(), v_address, 'portal', p_ip, 'password');
END $$;
CREATE OR REPLACE FUNCTION mailbox_unlink(p_address text, p_ip text) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_actor text;
BEGIN
  PERFORM FROM audit_head WHERE org_id = scope_org() FOR UPDATE;
  DELETE FROM account_mailbox WHERE org_id = scope_org() AND account_id = scope_account() AND address = p_address AND how = 'added';
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT address INTO v_actor FROM account WHERE org_id = scope_org() AND account_id = scope_account();
  PERFORM audit_add(scope_org(), scope_account(), v_actor, 'portal', p_ip, 'mailbox.unlinked', p_address, '{}');
  RETURN true;
END $$;

-- As in 0021-user-mail.sql; nobody makes his own account of a mailbox that others were given together.
CREATE OR REPLACE FUNCTION may_register(p_address text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.org_id FROM domain d JOIN org o ON o.org_id = d.org_id
   WHERE d.name = substring(p_address FROM '[^@]*$') AND d.state = 'active' AND o.register
     AND p_address = mailbox_of(p_address)
     AND (NOT d.check_recipients OR EXISTS (SELECT FROM recipient r WHERE r.org_id = d.org_id AND r.address = p_address))
     AND NOT EXISTS (SELECT FROM account_mailbox m WHERE m.org_id = d.org_id AND mailbox_of(m.address) = p_address AND m.how = 'shared')
$$;

-- As in 0021-user-mail.sql, while the domain stays, one at a time.
CREATE OR REPLACE FUNCTION proof_register(p_hash bytea, p_account uuid, p_password text, p_lang text, p_ip text) RETURNS text LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE p mail_proof;
BEGIN
  UPDATE mail_proof SET used_at = now() WHERE token_hash = p_hash AND purpose = 'register' AND used_at IS NULL AND expires_at > now()
  RETURNING * INTO p;
  PERFORM FROM domain d WHERE d.org_id = p.org_id AND d.name = substring(p.address FROM '[^@]*$') FOR KEY SHARE;
  PERFORM mailbox_turn(p.org_id, p.address);
  IF p.proof_id IS NULL OR p.org_id IS DISTINCT FROM may_register(p.address) THEN RETURN 'gone'; END IF;
  PERFORM set_config('sekisho.org', p.org_id::text, true); -- audit_add() asks, also when an alias of somebody ends
  INSERT INTO account (org_id, account_id, address, role, lang, password) VALUES (p.org_id, p_account, p.address, 'user', p_lang, p_password)
  ON CONFLICT (address) DO NOTHING;
  IF NOT FOUND THEN RETURN 'gone'; END IF;
  INSERT INTO account_mailbox (org_id, account_id, address) VALUES (p.org_id, p_account, p.address);
  PERFORM audit_add(p.org_id, p_account, p.address, 'portal', p_ip, 'account.registered', p.address, '{}');
  RETURN 'ok';
END $$;

-- Whose sign-in address it is from now on has it alone, and its tagged forms, as mailbox_give() has it: what administrators gave to others, as an
-- alias or shared, ends. What somebody added himself stays his: he has proved that he reads it, and could add it again.
CREATE OR REPLACE FUNCTION account_ends_alias() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE x record;
BEGIN
  IF NOT EXISTS (SELECT FROM account_mailbox m WHERE m.org_id = NEW.org_id AND mailbox_of(m.address) = mailbox_of(NEW.address) AND NEW.address IN (m.address, mailbox_of(m.address)) AND m.how <> 'added' AND m.account_id <> NEW.account_id) THEN
    RETURN NULL;
  END IF;
  PERFORM FROM audit_head WHERE org_id = NEW.org_id FOR UPDATE;
  FOR x IN DELETE FROM account_mailbox m USING account a
            WHERE m.org_id = NEW.org_id AND mailbox_of(m.address) = mailbox_of(NEW.address) AND NEW.address IN (m.address, mailbox_of(m.address)) AND m.how <> 'added' AND m.account_id <> NEW.account_id
              AND a.org_id = m.org_id AND a.account_id = m.account_id RETURNING a.address AS who, m.address, m.how LOOP
    PERFORM audit_add(NEW.org_id, NULL, 'system', 'engine', '', 'mailbox.unlinked', x.address, jsonb_build_object('account', x.who, 'how', x.how));
  END LOOP;
  RETURN NULL;
END $$;
-- Tagged forms are found by their mailbox.
CREATE INDEX account_mailbox_of_idx ON account_mailbox (org_id, mailbox_of(address));

-- With a domain its mailboxes go, also one that was given while the deletion waited for it: a statement of its own sees it.
CREATE FUNCTION domain_ends_mailboxes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM account_mailbox x WHERE x.org_id = OLD.org_id AND substring(x.address FROM '[^@]*$') = OLD.name;
  RETURN NULL;
END $$;
CREATE TRIGGER domain_ends_mailboxes AFTER DELETE ON domain FOR EACH ROW EXECUTE FUNCTION domain_ends_mailboxes();

------------------------------------------------------------------ lists of senders, one at a time

-- Whoever changes entries locks the head of the audit log first, as links of digests do (0037-link-lists.sql), so that no two wait for each other.
-- The order of locks: mails, the head of the audit log, entries. Without a scope is only the job that clears away entries whose time is over.
CREATE FUNCTION sender_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM audit_head WHERE org_id = scope_org() FOR UPDATE;
  RETURN NULL;
END $$;
CREATE TRIGGER sender_turn BEFORE INSERT OR UPDATE OR DELETE ON sender_entry FOR EACH STATEMENT EXECUTE FUNCTION sender_turn();
CREATE TRIGGER sender_turn BEFORE DELETE ON sender_removed FOR EACH STATEMENT EXECUTE FUNCTION sender_turn();

------------------------------------------------------------------ jobs of many mails

-- As in 0045-bulk-acts.sql; who may deliver a mail need not ask for it.
CREATE OR REPLACE FUNCTION bulk_kinds(p_action text, p_also_ask boolean) RETURNS SETOF text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT k FROM user_kinds(CASE p_action WHEN 'deliver' THEN 'deliver' WHEN 'allow' THEN 'deliver' WHEN 'ask' THEN 'ask' WHEN 'report' THEN 'view' ELSE 'delete' END) k
   WHERE (p_action <> 'allow' OR k IN (SELECT user_kinds('approve'))) AND (p_action <> 'block' OR k IN (SELECT user_kinds('block')))
     AND (p_action <> 'ask' OR k NOT IN (SELECT user_kinds('deliver')))
  UNION
  SELECT k FROM user_kinds('ask') k WHERE p_also_ask AND p_action = 'deliver'
$$;
UPDATE bulk_job SET also_ask = false WHERE also_ask AND action <> 'deliver';
ALTER TABLE bulk_job ADD CONSTRAINT bulk_job_also_ask CHECK (NOT also_ask OR action = 'deliver');

-- What its owner had said before about a mail that a job reports: undo says it again.
ALTER TABLE bulk_item ADD COLUMN said text NOT NULL DEFAULT '' CHECK (said IN ('', 'spam', 'phishing', 'wanted'));

-- Reports these. His last word counts as long as nobody has decided about it; to correct it takes no room of a day.
CREATE OR REPLACE FUNCTION bulk_report(j bulk_job, p_ids uuid[], p_first timestamptz, p_last timestamptz, OUT reported int, OUT limited int)
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  v_want uuid[] := ARRAY(SELECT x FROM unnest(p_ids) x WHERE NOT EXISTS (
    SELECT FROM mail_report p WHERE p.org_id = j.org_id AND p.recipient_id = x AND p.account_id = j.account_id) ORDER BY x);
  v_room int := reports_left(j.org_id, j.account_id);
BEGIN
  WITH before AS MATERIALIZED (
    SELECT p.report_id, p.what FROM mail_report p
     WHERE p.org_id = j.org_id AND p.recipient_id = ANY (p_ids) AND p.account_id = j.account_id AND p.state = 'open' AND p.what <> j.what
     ORDER BY p.recipient_id FOR UPDATE),
  corrected AS (
    UPDATE mail_report p SET what = j.what FROM before b WHERE p.org_id = j.org_id AND p.report_id = b.report_id
    RETURNING p.org_id, p.report_id, p.message_id, p.recipient_id, b.what AS said),
  added AS (
    INSERT INTO mail_report AS p (org_id, report_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, what, kind)
    SELECT r.org_id, uuid7(), r.recipient_id, r.message_id, r.received_at, j.account_id, j.by_name, r.address, j.what, r.kind
      FROM message_recipient r
     WHERE r.recipient_id = ANY (v_want[:v_room]) AND r.org_id = j.org_id AND r.received_at BETWEEN p_first AND p_last ORDER BY r.recipient_id
    ON CONFLICT ON CONSTRAINT report_once DO NOTHING RETURNING p.org_id, p.report_id, p.message_id, p.recipient_id, '' AS said),
  made AS (SELECT * FROM corrected UNION ALL SELECT * FROM added),
  told AS (
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
    SELECT a.org_id, uuid7(), now(), a.message_id, a.recipient_id, 'reported', j.account_id,
           jsonb_build_object('by', j.by_name, 'what', j.what, 'job_id', j.job_id) FROM made a),
  marked AS (
    UPDATE bulk_item i SET made = a.report_id, said = a.said FROM made a
     WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = a.recipient_id)
  SELECT count(*) INTO reported FROM made;
  limited := greatest(0, cardinality(v_want) - v_room);
END $$;

-- Takes back the requests and reports of a batch: those that nobody has decided about. Returns how many.
CREATE OR REPLACE FUNCTION bulk_withdraw(j bulk_job, p_ids uuid[]) RETURNS int LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  n int;
BEGIN
  IF j.action = 'report' THEN
    -- What a later job of his says instead stays, and gives way to what was there before both.
    WITH later AS (
      SELECT i.recipient_id, i.said, x.job_id FROM bulk_item i CROSS JOIN LATERAL (
        SELECT y.job_id FROM bulk_job b JOIN bulk_item y ON y.org_id = b.org_id AND y.account_id = b.account_id AND y.job_id = b.job_id
         WHERE b.org_id = j.org_id AND b.account_id = j.account_id AND b.job_id > j.job_id AND b.action = 'report'
           AND y.recipient_id = i.recipient_id AND y.made = i.made ORDER BY y.job_id LIMIT 1) x
       WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = ANY (p_ids)),
    handed AS (
      UPDATE bulk_item y SET said = l.said FROM later l
       WHERE y.org_id = j.org_id AND y.account_id = j.account_id AND y.job_id = l.job_id AND y.recipient_id = l.recipient_id)
    UPDATE bulk_item i SET made = NULL FROM later l
     WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = l.recipient_id;
    WITH mine AS MATERIALIZED (
      SELECT p.report_id, i.said FROM bulk_item i
        JOIN mail_report p ON p.org_id = i.org_id AND p.report_id = i.made AND p.account_id = j.account_id AND p.state = 'open' AND p.what = j.what
       WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = ANY (p_ids)
       ORDER BY i.recipient_id FOR UPDATE OF p),
    back AS (
      UPDATE mail_report p SET what = m.said FROM mine m WHERE p.org_id = j.org_id AND p.report_id = m.report_id AND m.said <> '' RETURNING 1),
    gone AS (
      DELETE FROM mail_report p USING mine m WHERE p.org_id = j.org_id AND p.report_id = m.report_id AND m.said = '' RETURNING 1)
    SELECT (SELECT count(*) FROM back) + (SELECT count(*) FROM gone) INTO n;
    UPDATE bulk_item i SET made = NULL
     WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = ANY (p_ids) AND i.made IS NOT NULL;
    RETURN n;
  END IF;
  UPDATE release_request q SET state = 'withdrawn', decided_at = now()
   WHERE q.org_id = j.org_id AND q.account_id = j.account_id AND q.state = 'waiting' AND q.request_id = ANY (ARRAY(
     SELECT i.made FROM bulk_item i
      WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = ANY (p_ids) AND i.made IS NOT NULL ORDER BY 1));
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- The job whose entry this was.
ALTER TABLE sender_removed ADD COLUMN was_import uuid;
CREATE INDEX sender_removed_was_idx ON sender_removed (org_id, was_import) WHERE was_import IS NOT NULL;

-- As in 0037-link-lists.sql; an entry that is brought back is still that of the job that it came with.
CREATE OR REPLACE FUNCTION link_sender(p_org uuid, p_mailbox text, p_list text, p_pattern text, p_ip text) RETURNS uuid
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_id uuid;
BEGIN
  IF p_pattern IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM FROM audit_head WHERE org_id = p_org FOR UPDATE;
  WITH gone AS (
    DELETE FROM sender_entry e
     WHERE e.org_id = p_org AND e.target = p_mailbox AND e.pattern = p_pattern AND (e.list <> p_list OR e.expires_at IS NOT NULL)
    RETURNING e.*),
  kept AS (
    INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import)
    SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id FROM gone),
  added AS (
    INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_by)
    SELECT p_org, uuid7(), p_mailbox, p_list, p_pattern, p_list = 'approved', p_mailbox WHERE (SELECT count(*) FROM gone) >= 0
    ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.entry_id),
  told AS (
    SELECT audit_add(p_org, link_person(p_org, p_mailbox), p_mailbox, 'portal', p_ip, 'sender.removed', p_pattern,
                     jsonb_build_object('before', jsonb_build_object('target', g.target, 'list', g.list, 'only_verified', g.only_verified), 'via', 'digest'))
      FROM gone g
    UNION ALL
    SELECT audit_add(p_org, link_person(p_org, p_mailbox), p_mailbox, 'portal', p_ip, 'sender.' || p_list, p_pattern,
                     jsonb_build_object('target', p_mailbox, 'via', 'digest'))
      FROM added)
  SELECT a.entry_id INTO v_id FROM (SELECT count(*) FROM told) t LEFT JOIN added a ON true;
  RETURN v_id;
EXCEPTION WHEN check_violation THEN
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION link_sender_undo(p_org uuid, p_mailbox text, p_entry uuid, p_ip text) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  SELECT FROM audit_head WHERE org_id = p_org FOR UPDATE;
  WITH entry AS (
    DELETE FROM sender_entry WHERE org_id = p_org AND entry_id = p_entry RETURNING org_id, target, list, pattern, added_at),
  replaced AS (
    DELETE FROM sender_removed k USING entry x
     WHERE k.org_id = x.org_id AND k.target = x.target AND k.pattern = x.pattern AND date_trunc('milliseconds', k.removed_at) = x.added_at
    RETURNING k.*),
  restored AS (
    INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id)
    SELECT org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, was_import FROM replaced
    ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.target, e.list, e.pattern, e.only_verified)
  SELECT audit_add(p_org, link_person(p_org, p_mailbox), p_mailbox, 'portal', p_ip, 'sender.removed', x.pattern,
                   jsonb_build_object('target', x.target, 'via', 'digest')) FROM entry x
  UNION ALL
  SELECT audit_add(p_org, link_person(p_org, p_mailbox), p_mailbox, 'portal', p_ip, 'sender.' || x.list, x.pattern,
                   jsonb_build_object('after', jsonb_build_object('target', x.target, 'only_verified', x.only_verified), 'via', 'digest')) FROM restored x
$$;

-- As in 0045-bulk-acts.sql; what it takes off the lists keeps the job that it came with.
CREATE OR REPLACE FUNCTION bulk_list(j bulk_job, p_ids uuid[], p_first timestamptz, p_last timestamptz, p_senders uuid[], p_patterns text[],
                          OUT fits uuid[], OUT added int)
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  v_list text := CASE j.action WHEN 'allow' THEN 'approved' ELSE 'blocked' END;
  v_until timestamptz := CASE WHEN j.days > 0 THEN j.created_at + make_interval(days => j.days) END; -- the same in all batches
  v_done bigint;
BEGIN
  WITH mail AS MATERIALIZED (
    SELECT r.recipient_id, s.pattern, CASE WHEN r.mailbox = ANY (ARRAY(SELECT scope_mailboxes())) THEN r.mailbox ELSE r.address END AS target
      FROM message_recipient r JOIN unnest(p_senders, p_patterns) AS s(recipient_id, pattern) ON s.recipient_id = r.recipient_id
     WHERE r.recipient_id = ANY (p_ids) AND r.org_id = j.org_id AND r.received_at BETWEEN p_first AND p_last),
  sender AS (
    SELECT d.target, d.pattern, coalesce(e.list = v_list, false) AS there
      FROM (SELECT DISTINCT m.target, m.pattern FROM mail m WHERE m.pattern <> '') d
      LEFT JOIN sender_entry e ON e.org_id = j.org_id AND e.target = d.target AND e.pattern = d.pattern),
  fitting AS MATERIALIZED (
    SELECT s.target, s.pattern FROM (
      SELECT x.*, row_number() OVER (PARTITION BY x.target, x.there ORDER BY x.pattern) AS place FROM sender x) s
      LEFT JOIN sender_list l ON l.org_id = j.org_id AND l.target = s.target
     WHERE s.there OR s.place <= 500 - coalesce(CASE v_list WHEN 'approved' THEN l.approved ELSE l.blocked END, 0)),
  gone AS (
    DELETE FROM sender_entry e USING fitting f
     WHERE e.org_id = j.org_id AND e.target = f.target AND e.pattern = f.pattern AND (e.list <> v_list OR e.expires_at < coalesce(v_until, 'infinity'))
       AND e.import_id IS DISTINCT FROM j.job_id
    RETURNING e.org_id, e.entry_id, e.target, e.list, e.pattern, e.only_verified, e.added_at, e.added_by, e.expires_at, e.import_id),
  kept AS (
    INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id, was_import)
    SELECT g.org_id, g.entry_id, g.target, g.list, g.pattern, g.only_verified, g.added_at, g.added_by, g.expires_at, j.job_id, g.import_id FROM gone g),
  entered AS (
    INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_by, expires_at, import_id)
    SELECT j.org_id, uuid7(), f.target, v_list, f.pattern, v_list = 'approved', j.by_name, v_until, j.job_id
      FROM fitting f WHERE (SELECT count(*) FROM gone) >= 0 ORDER BY f.target, f.pattern
    ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.target, e.pattern, e.only_verified, e.expires_at),
  noted AS (
    SELECT audit_add(j.org_id, j.account_id, j.by_name, 'portal', j.client_ip, 'sender.' || v_list, n.pattern, jsonb_build_object('job_id', j.job_id,
             'after', jsonb_build_object('target', n.target, 'only_verified', n.only_verified, 'expires_at', n.expires_at))) AS seq FROM entered n
    UNION ALL
    SELECT audit_add(j.org_id, j.account_id, j.by_name, 'portal', j.client_ip, 'sender.removed', g.pattern, jsonb_build_object('job_id', j.job_id,
             'before', jsonb_build_object('target', g.target, 'list', g.list, 'only_verified', g.only_verified))) FROM gone g)
  SELECT ARRAY(SELECT m.recipient_id FROM mail m WHERE m.pattern = '' OR EXISTS (SELECT FROM fitting f WHERE f.target = m.target AND f.pattern = m.pattern)),
         (SELECT count(*) FROM entered), (SELECT count(n.seq) FROM noted n)
    INTO fits, added, v_done;
END $$;

-- As in 0045-bulk-acts.sql. What it brings back belongs to the job that it came with, and goes with that; what a later job has put in its own
-- place is that one's, and gives way to what was there before both.
CREATE OR REPLACE FUNCTION bulk_unlist(j bulk_job) RETURNS int LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  n int;
  v_done bigint;
BEGIN
  PERFORM FROM audit_head WHERE org_id = j.org_id FOR UPDATE; -- before the kept entries
  WITH taken AS (
    DELETE FROM sender_removed k WHERE k.org_id = j.org_id AND k.was_import = j.job_id AND k.target = ANY (ARRAY(SELECT scope_mailboxes()))
    RETURNING k.target, k.pattern, k.import_id, k.removed_at)
  UPDATE sender_removed k SET import_id = t.import_id, removed_at = t.removed_at FROM taken t
   WHERE k.org_id = j.org_id AND k.import_id = j.job_id AND k.target = t.target AND k.pattern = t.pattern;
  WITH gone AS (
    DELETE FROM sender_entry e WHERE e.org_id = j.org_id AND e.import_id = j.job_id AND e.target = ANY (ARRAY(SELECT scope_mailboxes()))
    RETURNING e.target, e.list, e.pattern),
  replaced AS (
    DELETE FROM sender_removed k WHERE k.org_id = j.org_id AND k.import_id = j.job_id AND k.target = ANY (ARRAY(SELECT scope_mailboxes())) RETURNING k.*),
  restored AS (
    INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id)
    SELECT k.org_id, k.entry_id, k.target, k.list, k.pattern, k.only_verified, k.added_at, k.added_by, k.expires_at, k.was_import
      FROM (SELECT x.*, row_number() OVER (PARTITION BY x.target, x.list ORDER BY x.added_at, x.entry_id) AS place FROM replaced x) k
           LEFT JOIN sender_list l ON l.org_id = j.org_id AND l.target = k.target
     WHERE k.place <= 500 - coalesce(CASE k.list WHEN 'approved' THEN l.approved ELSE l.blocked END, 0)
                      + (SELECT count(*) FROM gone g WHERE g.target = k.target AND g.list = k.list)
    ON CONFLICT ON CONSTRAINT sender_twice DO NOTHING RETURNING e.target, e.list, e.pattern, e.only_verified),
  noted AS (
    SELECT audit_add(j.org_id, j.account_id, j.by_name, 'portal', j.client_ip, 'sender.removed', g.pattern, jsonb_build_object('job_id', j.job_id,
             'before', jsonb_build_object('target', g.target, 'list', g.list))) AS seq FROM gone g
    UNION ALL
    SELECT audit_add(j.org_id, j.account_id, j.by_name, 'portal', j.client_ip, 'sender.' || b.list, b.pattern, jsonb_build_object('job_id', j.job_id,
             'after', jsonb_build_object('target', b.target, 'only_verified', b.only_verified))) FROM restored b)
  SELECT (SELECT count(*) FROM gone), (SELECT count(x.seq) FROM noted x) INTO n, v_done;
  RETURN n;
END $$;

------------------------------------------------------------------ one with 20,000 held mails

-- As in 0027-held-list.sql, but each order by itself: a row is compared by name once, for that is what takes the time, and the
-- mailbox is walked from the end where the rows of the page are likely, so that few of them give way to later ones. OFFSET 0:
-- the name is taken out of its row once.
CREATE OR REPLACE FUNCTION held_page(p_state text, p_search text, p_kind text, p_mailbox text, p_since timestamptz, p_expires_before timestamptz,
                          p_order text, p_back boolean, p_at timestamptz, p_id uuid, p_limit int)
RETURNS TABLE (received_at timestamptz, message_id uuid, recipient_id uuid)
LANGUAGE plpgsql STABLE ROWS 50 SECURITY DEFINER SET search_path = public, pg_temp
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_org uuid := scope_org();
  v_own text[] := ARRAY(SELECT scope_mailboxes());
  v_boxes text[] := held_boxes(v_own, p_mailbox);
  v_kinds text[] := ARRAY(SELECT k FROM user_kinds('view') k WHERE p_kind IS NULL OR k = p_kind);
  v_search text := text_fold(p_search);
  v_limit int := least(p_limit, 10001);
  v_at timestamptz := p_at;
  v_sender text;
  v_expires timestamptz;
BEGIN
  IF p_id IS NOT NULL THEN -- where that row stands: p_at is in milliseconds
    SELECT x.received_at, split_part(x.brief, E'\n', 1), coalesce(x.expires_at, 'infinity')
      INTO v_at, v_sender, v_expires FROM message_recipient x
     WHERE x.org_id = v_org AND x.recipient_id = p_id AND x.received_at >= p_at - interval '1 ms' AND x.received_at < p_at + interval '2 ms'
       AND x.mailbox = ANY (held_boxes(v_own, NULL));
    IF NOT FOUND AND p_order <> 'received' THEN RETURN; END IF;
    v_at := coalesce(v_at, p_at);
  END IF;
  IF p_order = 'received' AND p_back THEN
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.* FROM held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, greatest(p_since, v_at), p_expires_before) x
       WHERE (x.received_at, x.recipient_id) > (v_at, p_id)
       ORDER BY x.received_at, x.recipient_id LIMIT v_limit) y
     ORDER BY y.received_at, y.recipient_id LIMIT v_limit;
  ELSIF p_order = 'received' THEN
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.* FROM held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x
       WHERE x.received_at <= CASE WHEN p_id IS NULL THEN 'infinity' ELSE v_at END AND (p_id IS NULL OR (x.received_at, x.recipient_id) < (v_at, p_id))
       ORDER BY x.received_at DESC, x.recipient_id DESC LIMIT v_limit) y
     ORDER BY y.received_at DESC, y.recipient_id DESC LIMIT v_limit;
  ELSIF p_order = 'sender' AND p_back THEN
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.received_at, x.message_id, x.recipient_id, split_part(x.brief, E'\n', 1) COLLATE "und-x-icu" AS at
        FROM held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x
       ORDER BY x.received_at, x.recipient_id OFFSET 0) y
     WHERE y.at <= v_sender AND (y.at <> v_sender OR (y.received_at, y.recipient_id) > (v_at, p_id))
     ORDER BY y.at DESC, y.received_at, y.recipient_id LIMIT v_limit;
  ELSIF p_order = 'sender' THEN
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.received_at, x.message_id, x.recipient_id, split_part(x.brief, E'\n', 1) COLLATE "und-x-icu" AS at
        FROM held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x
       ORDER BY x.received_at DESC, x.recipient_id DESC OFFSET 0) y
     WHERE p_id IS NULL OR y.at >= v_sender AND (y.at <> v_sender OR (y.received_at, y.recipient_id) < (v_at, p_id))
     ORDER BY y.at, y.received_at DESC, y.recipient_id DESC LIMIT v_limit;
  ELSIF p_back THEN
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.received_at, x.message_id, x.recipient_id, coalesce(x.expires_at, 'infinity') AS at
        FROM held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x
       ORDER BY x.received_at DESC, x.recipient_id DESC) y
     WHERE y.at <= v_expires AND (y.at <> v_expires OR (y.received_at, y.recipient_id) > (v_at, p_id))
     ORDER BY y.at DESC, y.received_at, y.recipient_id LIMIT v_limit;
  ELSE
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.received_at, x.message_id, x.recipient_id, coalesce(x.expires_at, 'infinity') AS at
        FROM held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x
       ORDER BY x.received_at, x.recipient_id) y
     WHERE p_id IS NULL OR y.at >= v_expires AND (y.at <> v_expires OR (y.received_at, y.recipient_id) < (v_at, p_id))
     ORDER BY y.at, y.received_at DESC, y.recipient_id DESC LIMIT v_limit;
  END IF;
END $$;

-- As in 0027-held-list.sql. What is not text is counted as one number, and an address only where there are several.
CREATE OR REPLACE FUNCTION held_counts(p_search text, p_soon timestamptz, p_limit int)
RETURNS TABLE (state text, hit boolean, kind text, own text, age int, soon boolean, n bigint)
LANGUAGE plpgsql STABLE ROWS 50 SECURITY DEFINER SET search_path = public, pg_temp
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_org uuid := scope_org();
  v_own text[] := ARRAY(SELECT scope_mailboxes());
  v_boxes text[] := held_boxes(v_own, NULL);
  v_kinds text[] := ARRAY(SELECT user_kinds('view'));
  v_one text := CASE WHEN cardinality(v_own) = 1 THEN v_own[1] END; -- held_of() knows no other
  v_search text := text_fold(p_search);
  -- Once, not for every row: to take days off a time asks for its zone.
  v_day timestamptz := now() - interval '1 day';
  v_week timestamptz := now() - interval '7 days';
  v_month timestamptz := now() - interval '30 days';
BEGIN
  RETURN QUERY
  SELECT CASE WHEN y.code & 1 > 0 THEN 'held' ELSE 'deleted' END, y.code & 2 > 0, y.kind, coalesce(y.own, v_one), y.code >> 3, y.code & 4 > 0, count(*) FROM (
    SELECT x.kind, CASE WHEN v_one IS NULL THEN x.own END AS own,
           CASE WHEN x.state = 'held' THEN 1 ELSE 0 END + CASE WHEN v_search IS NULL OR strpos(x.brief, v_search) > 0 THEN 2 ELSE 0 END
             + CASE WHEN x.expires_at < p_soon THEN 4 ELSE 0 END
             + 8 * CASE WHEN x.received_at >= v_day THEN 1 WHEN x.received_at >= v_week THEN 7 WHEN x.received_at >= v_month THEN 30 ELSE 0 END AS code
      FROM unnest(v_boxes) b CROSS JOIN LATERAL held_of(v_org, b, v_own, v_kinds) x LIMIT p_limit) y
   GROUP BY y.code, y.kind, y.own;
END $$;

-- How many of each kind match what held_all() takes.
CREATE FUNCTION held_kinds(p_state text, p_search text, p_kind text, p_mailbox text, p_since timestamptz, p_expires_before timestamptz,
                           p_until timestamptz, p_limit int)
RETURNS TABLE (kind text, n bigint)
LANGUAGE plpgsql STABLE ROWS 10 SECURITY DEFINER SET search_path = public, pg_temp
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_org uuid := scope_org();
  v_own text[] := ARRAY(SELECT scope_mailboxes());
  v_boxes text[] := held_boxes(v_own, p_mailbox);
  v_kinds text[] := ARRAY(SELECT k FROM user_kinds('view') k WHERE p_kind IS NULL OR k = p_kind);
  v_search text := text_fold(p_search);
BEGIN
  RETURN QUERY
  SELECT y.kind, count(*) FROM (
    SELECT x.kind
      FROM unnest(v_boxes) b CROSS JOIN LATERAL held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x
     WHERE x.received_at <= p_until LIMIT least(p_limit, 100000)) y
   GROUP BY y.kind;
END $$;
GRANT EXECUTE ON FUNCTION held_kinds(text, text, text, text, timestamptz, timestamptz, timestamptz, int) TO sekisho_portal;
