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

-- The job walks all that wait, page by page.
DROP INDEX release_request_remind_idx;
CREATE INDEX release_request_waiting_idx ON release_request (asked_at, request_id) WHERE state = 'waiting';
-- What was decided half a year ago is forgotten.
CREATE INDEX release_request_old_idx ON release_request (asked_at) WHERE state <> 'waiting';
GRANT DELETE ON release_request TO sekisho_jobs;

-- How many others reported the same message.
CREATE INDEX mail_report_message_idx ON mail_report (org_id, message_id);

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
