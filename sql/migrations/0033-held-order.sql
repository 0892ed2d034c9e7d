-- Held mail: one order of locks, requests that cannot flood anybody, entries of lists that undo brings back.

------------------------------------------------------------------ one order of locks

-- Whoever acts locks the rows of mail, then the head of the audit log, and last what other people's actions of the same
-- organisation change too (the count of its samples, the room for mails to its approvers). A statement that does all at once has
-- this order by itself, because its triggers come at its end; functions of several statements (bulk_step(), link_act()) had it the
-- other way round, and two people could wait for each other. So these come at the end of the transaction.
DROP TRIGGER learn_released ON message_recipient;
CREATE CONSTRAINT TRIGGER learn_released AFTER UPDATE OF state ON message_recipient DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state = 'held' AND NEW.state = 'releasing' AND NEW.released_by IS NOT NULL AND NEW.kind IN ('spam', 'graymail'))
  EXECUTE FUNCTION learn_released();
DROP TRIGGER request_asked ON release_request;
CREATE CONSTRAINT TRIGGER request_asked AFTER INSERT ON release_request DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION request_asked();

------------------------------------------------------------------ requests

-- At most 200 a day of one person, as of reports.
CREATE FUNCTION release_request_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM release_request WHERE org_id = NEW.org_id AND account_id = NEW.account_id AND asked_at > now() - interval '1 day') >= 200 THEN
    RAISE unique_violation USING MESSAGE = 'too many requests of one person today', CONSTRAINT = 'too_many';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER release_request_room BEFORE INSERT ON release_request FOR EACH ROW EXECUTE FUNCTION release_request_room();

-- As in 0024-rights.sql, but of what one person asks for within an hour the first ten are told by mail, and reminded of: whoever
-- opens the list sees the others, and nobody uses up the room that other people's requests have in an approver's mailbox.
CREATE OR REPLACE FUNCTION request_tell_approvers(p_org uuid, p_request uuid) RETURNS int LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  q release_request;
  v record;
  n int := 0;
BEGIN
  IF session_user IN ('sekisho_console', 'sekisho_portal') AND p_org IS DISTINCT FROM scope_org() THEN
    RAISE EXCEPTION 'request of another organisation' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO q FROM release_request WHERE org_id = p_org AND request_id = p_request AND state = 'waiting';
  IF NOT FOUND OR (SELECT count(*) FROM release_request o
                    WHERE o.org_id = p_org AND o.account_id = q.account_id AND o.asked_at > q.asked_at - interval '1 hour'
                      AND (o.asked_at, o.request_id) < (q.asked_at, q.request_id)) >= 10 THEN
    RETURN 0;
  END IF;
  FOR v IN SELECT a.address, a.lang FROM account a
            WHERE a.org_id = p_org AND a.state = 'active' AND a.role IN ('owner', 'domain_admin', 'help_desk')
              AND request_may_decide(p_org, a.account_id, q.account_id, q.domain) ORDER BY a.address LIMIT 20 LOOP
    IF user_mail_add(p_org, v.address, v.lang, 'request_new',
         jsonb_build_object('request', q.request_id, 'by', q.by_name, 'mailbox', q.mailbox, 'sender', q.sender, 'subject', q.subject,
                            'kind', q.kind, 'note', q.note, 'reminder', q.reminded_at IS NOT NULL),
         NULL, now() + interval '1 day', q.request_id::text || CASE WHEN q.reminded_at IS NULL THEN '' ELSE ' again' END, 60) THEN
      n := n + 1;
    END IF;
  END LOOP;
  RETURN n;
END $$;

-- The job walks all that wait, page by page.
DROP INDEX release_request_remind_idx;
CREATE INDEX release_request_waiting_idx ON release_request (asked_at, request_id) WHERE state = 'waiting';
-- What was decided half a year ago is forgotten.
CREATE INDEX release_request_old_idx ON release_request (asked_at) WHERE state <> 'waiting';
GRANT DELETE ON release_request TO sekisho_jobs;

-- How many others reported the same message.
CREATE INDEX mail_report_message_idx ON mail_report (org_id, message_id);

-- As in 0024-rights.sql. Whoever had asked for it, and was told that it is on its way, is told too.
CREATE OR REPLACE FUNCTION release_turned(p_recipient uuid, p_release uuid, p_claim bigint, p_kind text, p_why jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r message_recipient;
BEGIN
  SELECT * INTO r FROM message_recipient x WHERE x.recipient_id = p_recipient AND x.release_id = p_release AND x.state = 'releasing'
     AND floor(extract(epoch FROM x.release_claimed_at) * 1000000)::bigint = p_claim FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE message_recipient x SET state = 'held', state_at = now(), kind = p_kind, rule = 'rescan',
         expires_at = greatest(x.expires_at, now() + interval '7 days'), release_id = NULL, released_at = NULL, released_by = NULL,
         release_claimed_at = NULL, release_tries = 0, release_try_at = NULL
   WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id AND x.recipient_id = r.recipient_id;
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
  VALUES (r.org_id, uuid7(), now(), r.message_id, r.recipient_id, 'rescan_held', p_why || jsonb_build_object('kind', p_kind, 'was', r.kind));
  PERFORM audit_add(r.org_id, NULL, 'system', 'engine', '', 'mail.rescan_held', r.address,
                    p_why || jsonb_build_object('recipient_id', r.recipient_id, 'message', r.message_id, 'kind', p_kind, 'was', r.kind));
  PERFORM user_mail_add(r.org_id, a.address, a.lang, 'rescan_held',
            jsonb_build_object('sender', CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, 'subject', left(m.subject, 200),
                               'mailbox', r.address, 'kind', p_kind), NULL, now() + interval '3 days', r.recipient_id::text || p_release::text, NULL)
     FROM account a JOIN message m ON m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id
    WHERE a.org_id = r.org_id AND a.state = 'active' AND (a.account_id = r.released_by OR a.account_id IN (
            SELECT q.account_id FROM release_request q WHERE q.org_id = r.org_id AND q.recipient_id = r.recipient_id AND q.state = 'approved'
               AND q.decided_at >= r.released_at));
  RETURN true;
END $$;

------------------------------------------------------------------ entries of sender lists

-- What a combined action replaces is kept for its undo, for a domain, too.
CREATE POLICY own_domains ON sender_removed TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND target = ANY (ARRAY(SELECT scope_domains())))
  WITH CHECK (org_id = (SELECT scope_org()) AND target = ANY (ARRAY(SELECT scope_domains())));

------------------------------------------------------------------ jobs of many mails

-- Whose account is suspended does nothing more (A-57). Before the change, so that the job is locked before the head of the audit log, as in
-- bulk_step().
CREATE FUNCTION account_suspended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE bulk_job b SET state = CASE b.state WHEN 'running' THEN 'done' ELSE 'undone' END, stepped_at = clock_timestamp()
   WHERE b.org_id = NEW.org_id AND b.account_id = NEW.account_id AND b.state IN ('running', 'undoing');
  RETURN NEW;
END $$;
CREATE TRIGGER account_suspended BEFORE UPDATE OF state ON account FOR EACH ROW
  WHEN (OLD.state = 'active' AND NEW.state <> 'active') EXECUTE FUNCTION account_suspended();

-- A batch failed: the job waits until the others had their turn.
CREATE FUNCTION bulk_skip() RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH first AS (
    SELECT b.org_id, b.account_id, b.job_id FROM bulk_job b WHERE b.state IN ('running', 'undoing') ORDER BY b.stepped_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  UPDATE bulk_job b SET stepped_at = clock_timestamp() FROM first f WHERE b.org_id = f.org_id AND b.account_id = f.account_id AND b.job_id = f.job_id
$$;
GRANT EXECUTE ON FUNCTION bulk_skip() TO sekisho_jobs;
