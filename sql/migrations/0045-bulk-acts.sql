-- More that a person does with many held mails at once (0026-bulk.sql): ask an administrator, report, deliver and allow the senders,
-- delete and block them. What is limited (requests and reports of a day, entries of a list) is done as far as there is room; the job counts
-- what it left.

ALTER TABLE bulk_job DROP CONSTRAINT bulk_job_action_check,
  ADD CONSTRAINT bulk_job_action_check CHECK (action IN ('deliver', 'delete', 'undelete', 'ask', 'report', 'allow', 'block')),
  ADD COLUMN also_ask boolean NOT NULL DEFAULT false, -- of a delivery: an administrator is asked for what is not his to deliver
  ADD COLUMN note     text NOT NULL DEFAULT '' CHECK (length(note) <= 200),                       -- of requests
  ADD COLUMN what     text NOT NULL DEFAULT '' CHECK (what IN ('', 'spam', 'phishing', 'wanted')), -- of reports
  ADD COLUMN days     int NOT NULL DEFAULT 0 CHECK (days BETWEEN 0 AND 365),                      -- until an entry ends; 0: never
  ADD COLUMN asked    int NOT NULL DEFAULT 0,   -- requests that it made; changed has deliveries, deletions and reports
  ADD COLUMN senders  int NOT NULL DEFAULT 0,   -- entries that it added
  ADD COLUMN limited  int NOT NULL DEFAULT 0,   -- left because a limit was reached
  ADD COLUMN barred   int NOT NULL DEFAULT 0,   -- left because the rights changed meanwhile
  ADD CONSTRAINT bulk_job_report CHECK (action <> 'report' OR what <> '');
ALTER TABLE bulk_item ADD COLUMN made uuid; -- the request or report of it
GRANT INSERT (also_ask, note, what, days) ON bulk_job TO sekisho_portal;
-- Delivered mail stays delivered; of such a delivery the requests are withdrawn.
DROP POLICY portal_undo ON bulk_job;
CREATE POLICY portal_undo ON bulk_job AS RESTRICTIVE FOR UPDATE TO sekisho_portal
  USING ((state IN ('running', 'done') AND action IN ('delete', 'ask', 'report', 'allow', 'block')) OR (state = 'done' AND action = 'deliver' AND asked > 0))
  WITH CHECK (state = 'undoing' AND done = 0 AND place IS NULL);

------------------------------------------------------------------ limits and rights, said once

-- How many more somebody may make today.
CREATE FUNCTION requests_left(p_org uuid, p_account uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT greatest(0, 200 - count(*))::int FROM release_request WHERE org_id = p_org AND account_id = p_account AND asked_at > now() - interval '1 day'
$$;
CREATE FUNCTION reports_left(p_org uuid, p_account uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT greatest(0, 200 - count(*))::int FROM mail_report WHERE org_id = p_org AND account_id = p_account AND at > now() - interval '1 day'
$$;
-- Volatile, so that it sees the rows that the same statement has written.
CREATE OR REPLACE FUNCTION release_request_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF requests_left(NEW.org_id, NEW.account_id) = 0 THEN
    RAISE unique_violation USING MESSAGE = 'too many requests of one person today', CONSTRAINT = 'too_many';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION mail_report_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF reports_left(NEW.org_id, NEW.account_id) = 0 THEN
    RAISE unique_violation USING MESSAGE = 'too many reports of one person today', CONSTRAINT = 'too_many';
  END IF;
  RETURN NEW;
END $$;
-- What the scope's account may do today.
CREATE FUNCTION scope_left(OUT requests int, OUT reports int) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT requests_left(scope_org(), scope_account()), reports_left(scope_org(), scope_account())
$$;

-- The kinds of mail that the scope's account may do that with.
CREATE FUNCTION bulk_kinds(p_action text, p_also_ask boolean) RETURNS SETOF text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT k FROM user_kinds(CASE p_action WHEN 'deliver' THEN 'deliver' WHEN 'allow' THEN 'deliver' WHEN 'ask' THEN 'ask' WHEN 'report' THEN 'view' ELSE 'delete' END) k
   WHERE (p_action <> 'allow' OR k IN (SELECT user_kinds('approve'))) AND (p_action <> 'block' OR k IN (SELECT user_kinds('block')))
  UNION
  SELECT k FROM user_kinds('ask') k WHERE p_also_ask AND p_action = 'deliver'
$$;

-- Statistics are counted together with other people's, so they wait for the commit, as those of deliveries do (0033-held-order.sql).
DROP TRIGGER mail_report_learn ON mail_report;
CREATE CONSTRAINT TRIGGER mail_report_learn AFTER INSERT OR UPDATE OF what OR DELETE ON mail_report DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION mail_report_learn();

------------------------------------------------------------------ parts of a batch

-- What a batch does with these locked mails: p_to is their new state. Returns how many.
CREATE FUNCTION bulk_move(j bulk_job, p_ids uuid[], p_first timestamptz, p_last timestamptz, p_to text) RETURNS int
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  n int;
BEGIN
  WITH changed AS (
    UPDATE message_recipient r
       SET state = p_to, state_at = now(),
           deleted_by = CASE p_to WHEN 'deleted' THEN j.account_id WHEN 'held' THEN NULL ELSE r.deleted_by END,
           release_id = CASE p_to WHEN 'releasing' THEN uuid7() ELSE r.release_id END,
           released_at = CASE p_to WHEN 'releasing' THEN now() ELSE r.released_at END,
           released_by = CASE p_to WHEN 'releasing' THEN j.account_id ELSE r.released_by END
     WHERE r.recipient_id = ANY (p_ids) AND r.org_id = j.org_id AND r.received_at BETWEEN p_first AND p_last
    RETURNING r.org_id, r.message_id, r.recipient_id, r.release_id),
  told AS (
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
    SELECT c.org_id, uuid7(), now(), c.message_id, c.recipient_id,
           CASE p_to WHEN 'held' THEN 'undeleted' WHEN 'releasing' THEN 'release_requested' ELSE 'deleted' END, j.account_id,
           CASE p_to WHEN 'releasing' THEN jsonb_build_object('by', j.by_name, 'job_id', j.job_id, 'release_id', c.release_id)
                     ELSE jsonb_build_object('by', j.by_name, 'job_id', j.job_id) END
      FROM changed c),
  marked AS (
    UPDATE bulk_item i SET changed = true FROM changed c
     WHERE j.state = 'running' AND i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = c.recipient_id)
  SELECT count(*) INTO n FROM changed;
  RETURN n;
END $$;

-- Asks for these. What somebody has asked for already needs no second request; limited: had no room.
CREATE FUNCTION bulk_ask(j bulk_job, p_ids uuid[], p_first timestamptz, p_last timestamptz, OUT asked int, OUT limited int)
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  v_want uuid[] := ARRAY(SELECT x FROM unnest(p_ids) x WHERE NOT EXISTS (
    SELECT FROM release_request q WHERE q.org_id = j.org_id AND q.recipient_id = x AND q.state = 'waiting') ORDER BY x);
  v_room int := requests_left(j.org_id, j.account_id);
BEGIN
  WITH added AS (
    INSERT INTO release_request AS q (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, note)
    SELECT r.org_id, uuid7(), r.recipient_id, r.message_id, r.received_at, j.account_id, j.by_name, r.address, r.domain, r.kind, j.note
      FROM message_recipient r
     WHERE r.recipient_id = ANY (v_want[:v_room]) AND r.org_id = j.org_id AND r.received_at BETWEEN p_first AND p_last ORDER BY r.recipient_id
    ON CONFLICT (org_id, recipient_id) WHERE state = 'waiting' DO NOTHING
    RETURNING q.org_id, q.request_id, q.message_id, q.recipient_id),
  told AS (
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
    SELECT a.org_id, uuid7(), now(), a.message_id, a.recipient_id, 'asked', j.account_id, jsonb_build_object('by', j.by_name, 'job_id', j.job_id) FROM added a),
  marked AS (
    UPDATE bulk_item i SET made = a.request_id FROM added a
     WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = a.recipient_id)
  SELECT count(*) INTO asked FROM added;
  limited := greatest(0, cardinality(v_want) - v_room);
END $$;

-- Reports these. His last word counts as long as nobody has decided about it.
CREATE FUNCTION bulk_report(j bulk_job, p_ids uuid[], p_first timestamptz, p_last timestamptz, OUT reported int, OUT limited int)
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  v_want uuid[] := ARRAY(SELECT x FROM unnest(p_ids) x WHERE NOT EXISTS (
    SELECT FROM mail_report p WHERE p.org_id = j.org_id AND p.recipient_id = x AND p.account_id = j.account_id
       AND (p.what = j.what OR p.state <> 'open')) ORDER BY x);
  v_room int := reports_left(j.org_id, j.account_id);
BEGIN
  DELETE FROM mail_report p WHERE p.org_id = j.org_id AND p.recipient_id = ANY (v_want[:v_room]) AND p.account_id = j.account_id AND p.state = 'open';
  WITH added AS (
    INSERT INTO mail_report AS p (org_id, report_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, what, kind)
    SELECT r.org_id, uuid7(), r.recipient_id, r.message_id, r.received_at, j.account_id, j.by_name, r.address, j.what, r.kind
      FROM message_recipient r
     WHERE r.recipient_id = ANY (v_want[:v_room]) AND r.org_id = j.org_id AND r.received_at BETWEEN p_first AND p_last ORDER BY r.recipient_id
    ON CONFLICT ON CONSTRAINT report_once DO NOTHING RETURNING p.org_id, p.report_id, p.message_id, p.recipient_id),
  told AS (
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
    SELECT a.org_id, uuid7(), now(), a.message_id, a.recipient_id, 'reported', j.account_id,
           jsonb_build_object('by', j.by_name, 'what', j.what, 'job_id', j.job_id) FROM added a),
  marked AS (
    UPDATE bulk_item i SET made = a.report_id FROM added a
     WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = a.recipient_id)
  SELECT count(*) INTO reported FROM added;
  limited := greatest(0, cardinality(v_want) - v_room);
END $$;

-- Puts the senders of these locked mails on the lists of the mailboxes. fits: the mails whose sender stands there now, or has none that
-- could; for the others the list is full (sender_limit). Audit rows come in the same statement, before the counters of lists.
CREATE FUNCTION bulk_list(j bulk_job, p_ids uuid[], p_first timestamptz, p_last timestamptz, p_senders uuid[], p_patterns text[],
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
    RETURNING e.org_id, e.entry_id, e.target, e.list, e.pattern, e.only_verified, e.added_at, e.added_by, e.expires_at),
  kept AS (
    INSERT INTO sender_removed (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at, import_id)
    SELECT g.org_id, g.entry_id, g.target, g.list, g.pattern, g.only_verified, g.added_at, g.added_by, g.expires_at, j.job_id FROM gone g),
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

-- The entries that a job made are off the lists again, and what they had replaced is back as long as it is kept and the list has room.
-- Returns how many went.
CREATE FUNCTION bulk_unlist(j bulk_job) RETURNS int LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  n int;
  v_done bigint;
BEGIN
  WITH gone AS (
    DELETE FROM sender_entry e WHERE e.org_id = j.org_id AND e.import_id = j.job_id AND e.target = ANY (ARRAY(SELECT scope_mailboxes()))
    RETURNING e.target, e.list, e.pattern),
  replaced AS (
    DELETE FROM sender_removed k WHERE k.org_id = j.org_id AND k.import_id = j.job_id AND k.target = ANY (ARRAY(SELECT scope_mailboxes())) RETURNING k.*),
  restored AS (
    INSERT INTO sender_entry AS e (org_id, entry_id, target, list, pattern, only_verified, added_at, added_by, expires_at)
    SELECT k.org_id, k.entry_id, k.target, k.list, k.pattern, k.only_verified, k.added_at, k.added_by, k.expires_at
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

-- Takes back the requests and reports of a batch: those that nobody has decided about. Returns how many.
CREATE FUNCTION bulk_withdraw(j bulk_job, p_ids uuid[]) RETURNS int LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  v_made uuid[] := ARRAY(SELECT i.made FROM bulk_item i
    WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = ANY (p_ids) AND i.made IS NOT NULL ORDER BY 1);
  n int;
BEGIN
  IF j.action = 'report' THEN
    DELETE FROM mail_report p WHERE p.org_id = j.org_id AND p.account_id = j.account_id AND p.report_id = ANY (v_made) AND p.state = 'open';
  ELSE
    UPDATE release_request q SET state = 'withdrawn', decided_at = now()
     WHERE q.org_id = j.org_id AND q.account_id = j.account_id AND q.request_id = ANY (v_made) AND q.state = 'waiting';
  END IF;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

------------------------------------------------------------------ a batch

-- The senders of the next batch of the job whose turn it is: what they are as entries of a list is said by the program (sender_pattern.h). At
-- least one row when a job waits.
CREATE FUNCTION bulk_senders(p_batch int) RETURNS TABLE (job_id uuid, recipient_id uuid, sender text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH first AS (
    SELECT b.* FROM bulk_job b WHERE b.state IN ('running', 'undoing') ORDER BY b.stepped_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  SELECT f.job_id, i.recipient_id, s.sender FROM first f
    LEFT JOIN LATERAL (
      SELECT x.recipient_id, x.received_at FROM bulk_item x
       WHERE x.org_id = f.org_id AND x.account_id = f.account_id AND x.job_id = f.job_id AND (f.place IS NULL OR x.recipient_id > f.place)
       ORDER BY x.recipient_id LIMIT p_batch) i ON true
    LEFT JOIN LATERAL (
      SELECT CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END AS sender
        FROM message_recipient r JOIN message m ON m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id
       WHERE r.org_id = f.org_id AND r.received_at = i.received_at AND r.recipient_id = i.recipient_id LIMIT 1) s ON true
$$;

-- One batch of the job whose turn it is. What came into its state after the page was shown was not on it, and stays. The portal's list of mails is not believed: whose they are and what he may do
-- is asked here, of the organisation and account of the job. Returns how many were looked at; NULL: no job waits; -1: nothing was done, the
-- patterns of its senders are wanted (bulk_senders()), or those that came are of another batch.
-- The audit log gets one row when the job ends, and one for each entry of a list; each mail has its event in its time line.
DROP FUNCTION bulk_step(int);
CREATE FUNCTION bulk_step(p_batch int, p_job uuid DEFAULT NULL, p_senders uuid[] DEFAULT '{}', p_patterns text[] DEFAULT '{}') RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  j bulk_job;
  v_back boolean;      -- it is undone
  v_ids uuid[];        -- the batch
  v_first timestamptz; -- received between these
  v_last timestamptz;
  v_n int;
  v_from text[];       -- the state that a mail must be in
  v_to text;           -- and is in then; NULL: mails stay as they are
  v_move text[];       -- kinds whose mails come into it
  v_other text[];      -- kinds that are asked for or reported
  v_locked uuid[];
  v_rest uuid[];
  v_fits uuid[];
  v_changed int := 0;
  v_asked int := 0;
  v_senders int := 0;
  v_limited int := 0;
  v_more int := 0;
  v_barred int := 0;
BEGIN
  SELECT * INTO j FROM bulk_job b WHERE b.state IN ('running', 'undoing') ORDER BY b.stepped_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN NULL; END IF;
  v_back := j.state = 'undoing';
  PERFORM set_config('sekisho.org', j.org_id::text, true), set_config('sekisho.account', j.account_id::text, true);
  SELECT array_agg(x.recipient_id ORDER BY x.recipient_id), min(x.received_at), max(x.received_at), count(*) INTO v_ids, v_first, v_last, v_n FROM (
    SELECT i.recipient_id, i.received_at FROM bulk_item i
     WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND (j.place IS NULL OR i.recipient_id > j.place)
       AND (NOT v_back OR CASE WHEN j.action IN ('delete', 'block') THEN i.changed ELSE i.made IS NOT NULL END)
     ORDER BY i.recipient_id LIMIT p_batch) x;
  IF NOT v_back AND j.action IN ('allow', 'block') AND (j.job_id IS DISTINCT FROM p_job OR NOT coalesce(v_ids, '{}') <@ p_senders) THEN RETURN -1; END IF;
  v_to := CASE WHEN v_back AND j.action NOT IN ('delete', 'block') OR j.action IN ('ask', 'report') THEN NULL
               WHEN v_back OR j.action = 'undelete' THEN 'held' WHEN j.action IN ('deliver', 'allow') THEN 'releasing' ELSE 'deleted' END;
  v_from := CASE WHEN v_to = 'held' THEN '{deleted}'::text[] WHEN j.action = 'report' THEN '{held,deleted}' ELSE '{held}' END;
  v_move := CASE WHEN v_to IS NULL THEN '{}' WHEN v_back THEN ARRAY(SELECT user_kinds('delete')) ELSE ARRAY(SELECT bulk_kinds(j.action, false)) END;
  v_other := CASE WHEN v_back THEN '{}' WHEN v_to IS NULL THEN ARRAY(SELECT bulk_kinds(j.action, false)) WHEN j.also_ask AND j.action = 'deliver' THEN ARRAY(SELECT user_kinds('ask')) ELSE '{}' END;

  SELECT array_agg(r.recipient_id) FILTER (WHERE r.kind = ANY (v_move)),
         array_agg(r.recipient_id) FILTER (WHERE r.kind = ANY (v_other) AND NOT r.kind = ANY (v_move)),
         count(*) FILTER (WHERE NOT r.kind = ANY (v_move) AND NOT r.kind = ANY (v_other))
    INTO v_locked, v_rest, v_barred FROM message_recipient r
   WHERE r.recipient_id = ANY (v_ids) AND r.org_id = j.org_id AND r.received_at BETWEEN v_first AND v_last AND NOT r.outbound
     AND r.state = ANY (v_from)
     AND (j.state = 'undoing' OR r.state_at < j.chosen_at + interval '1 ms') -- pages know milliseconds
     AND (v_to IS DISTINCT FROM 'held' OR r.expires_at > now()) AND (NOT v_back OR r.deleted_by = j.account_id)
     AND (r.address = ANY (ARRAY(SELECT scope_mailboxes()))
          OR (r.mailbox = ANY (ARRAY(SELECT scope_mailboxes())) AND NOT mailbox_apart(r.org_id, r.address)));
  -- Only what changes is locked: whoever decides about a request locks that first.
  SELECT array_agg(x.recipient_id) INTO v_locked FROM (
    SELECT r.recipient_id FROM message_recipient r
     WHERE r.recipient_id = ANY (v_locked) AND r.org_id = j.org_id AND r.received_at BETWEEN v_first AND v_last
       AND r.state = ANY (v_from) AND r.kind = ANY (v_move) AND (NOT v_back OR r.deleted_by = j.account_id)
     ORDER BY r.recipient_id FOR UPDATE) x;

  IF v_back THEN
    v_changed := CASE WHEN v_to IS NULL THEN bulk_withdraw(j, v_ids) ELSE bulk_move(j, v_locked, v_first, v_last, v_to) END;
    IF v_n < p_batch AND j.action IN ('allow', 'block') THEN
      v_senders := bulk_unlist(j);
    END IF;
  ELSIF j.action = 'report' THEN
    SELECT x.reported, x.limited INTO v_changed, v_limited FROM bulk_report(j, v_rest, v_first, v_last) x;
  ELSE
    IF j.action IN ('allow', 'block') THEN
      SELECT x.fits, x.added INTO v_fits, v_senders FROM bulk_list(j, v_locked, v_first, v_last, p_senders, p_patterns) x;
      v_limited := coalesce(cardinality(v_locked), 0) - cardinality(v_fits);
      v_locked := v_fits;
    END IF;
    IF v_to IS NOT NULL THEN
      v_changed := bulk_move(j, v_locked, v_first, v_last, v_to);
    END IF;
    IF v_rest IS NOT NULL THEN
      SELECT x.asked, x.limited INTO v_asked, v_more FROM bulk_ask(j, v_rest, v_first, v_last) x;
    END IF;
  END IF;

  UPDATE bulk_job b
     SET done = b.done + v_n, place = coalesce(v_ids[v_n], b.place), stepped_at = clock_timestamp(),
         changed = b.changed + CASE WHEN v_back THEN 0 ELSE v_changed END,
         returned = b.returned + CASE WHEN v_back THEN v_changed ELSE 0 END,
         asked = b.asked + v_asked, limited = b.limited + v_limited + v_more, barred = b.barred + CASE WHEN v_back THEN 0 ELSE v_barred END,
         senders = CASE WHEN v_back AND v_n < p_batch THEN v_senders ELSE b.senders + v_senders END,
         state = CASE WHEN v_n = p_batch THEN b.state WHEN b.state = 'running' THEN 'done' ELSE 'undone' END
   WHERE b.org_id = j.org_id AND b.account_id = j.account_id AND b.job_id = j.job_id RETURNING * INTO j;
  IF j.state IN ('done', 'undone') THEN
    v_changed := CASE WHEN v_back THEN CASE j.action WHEN 'allow' THEN j.senders ELSE j.returned END WHEN j.action = 'ask' THEN j.asked ELSE j.changed END;
    PERFORM audit_add(j.org_id, j.account_id, j.by_name, 'portal', j.client_ip,
      CASE WHEN v_to = 'held' THEN 'bulk.undeleted' WHEN v_to = 'releasing' THEN 'bulk.released' WHEN v_to = 'deleted' THEN 'bulk.deleted'
           WHEN v_back THEN CASE j.action WHEN 'report' THEN 'bulk.report_withdrawn' WHEN 'allow' THEN 'bulk.senders_removed' ELSE 'bulk.withdrawn' END
           WHEN j.action = 'report' THEN 'bulk.reported' ELSE 'bulk.asked' END, v_changed::text,
      jsonb_build_object('job_id', j.job_id, 'chosen', j.total, 'changed', v_changed)
        || CASE WHEN v_back THEN '{}' ELSE jsonb_strip_nulls(jsonb_build_object('asked', nullif(j.asked, 0), 'senders', nullif(j.senders, 0), 'limited', nullif(j.limited, 0))) END);
  END IF;
  RETURN v_n;
END $$;

GRANT EXECUTE ON FUNCTION bulk_step(int, uuid, uuid[], text[]), bulk_senders(int) TO sekisho_jobs;
GRANT EXECUTE ON FUNCTION scope_left(), bulk_kinds(text, boolean) TO sekisho_portal;
