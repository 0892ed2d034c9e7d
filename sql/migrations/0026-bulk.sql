-- What a person does with many held mails at once ("select all 1,284 that match"). The selection is frozen when he
-- confirms it, under his own rights; the job "bulk" works it off in batches, each one transaction, with the rights
-- asked again. place is the last mail that was worked on, so a job that was killed goes on where it was.
CREATE TABLE bulk_job (
  org_id     uuid NOT NULL REFERENCES org,
  account_id uuid NOT NULL,
  job_id     uuid NOT NULL,
  by_name    text NOT NULL CHECK (length(by_name) <= 320),
  client_ip  text NOT NULL CHECK (length(client_ip) <= 64),
  action     text NOT NULL CHECK (action IN ('deliver', 'delete', 'undelete')),
  filter     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(filter) = 'object' AND length(filter::text) <= 4000),
  state      text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'undoing', 'undone')),
  total      int NOT NULL CHECK (total BETWEEN 1 AND 100000),
  done       int NOT NULL DEFAULT 0,          -- of total; when it is undone, of changed
  changed    int NOT NULL DEFAULT 0,          -- the others were handled meanwhile, or are not his any more
  returned   int NOT NULL DEFAULT 0,          -- put back by undoing
  place      uuid,
  stepped_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  chosen_at  timestamptz NOT NULL DEFAULT now(), -- the moment of the page that was confirmed
  PRIMARY KEY (org_id, account_id, job_id)
);
-- Jobs take turns: a small one does not wait for the end of a large one.
CREATE INDEX bulk_job_open_idx ON bulk_job (stepped_at) WHERE state IN ('running', 'undoing');
CREATE INDEX bulk_job_created_idx ON bulk_job (created_at);
-- The history of deliveries of one mailbox among many.
CREATE INDEX message_recipient_mailbox_idx ON message_recipient (org_id, mailbox, received_at DESC, recipient_id DESC);

-- No foreign keys: a hundred thousand checks for rows that are written in the same statement and deleted together.
CREATE TABLE bulk_item (
  org_id       uuid NOT NULL,
  account_id   uuid NOT NULL,
  job_id       uuid NOT NULL,
  recipient_id uuid NOT NULL,
  received_at  timestamptz NOT NULL,
  changed      boolean NOT NULL DEFAULT false,
  PRIMARY KEY (org_id, account_id, job_id, recipient_id)
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['bulk_job', 'bulk_item'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
    EXECUTE format('CREATE POLICY own ON %I TO sekisho_portal USING (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()))
                    WITH CHECK (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()))', t);
  END LOOP;
END $$;
CREATE POLICY portal_add ON bulk_job AS RESTRICTIVE FOR INSERT TO sekisho_portal
  WITH CHECK (state = 'running' AND done = 0 AND changed = 0 AND returned = 0 AND place IS NULL);
CREATE POLICY portal_undo ON bulk_job AS RESTRICTIVE FOR UPDATE TO sekisho_portal
  USING (state IN ('running', 'done') AND action = 'delete') WITH CHECK (state = 'undoing' AND done = 0 AND place IS NULL);

-- At most five open jobs of an account: the sixth is not written, and bulk_start has no row. Here, because only what begins after the
-- lock sees the job of the other POST.
CREATE FUNCTION bulk_job_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.org_id::text || NEW.account_id::text, 26));
  IF (SELECT count(*) FROM bulk_job b WHERE b.org_id = NEW.org_id AND b.account_id = NEW.account_id AND b.state IN ('running', 'undoing')) >= 5 THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bulk_job_room BEFORE INSERT ON bulk_job FOR EACH ROW EXECUTE FUNCTION bulk_job_room();

-- One batch of the job whose turn it is. What came into its state after the page was shown was not on it, and stays. The portal's list of mails is not believed: whose they are and what he may do
-- is asked here, of the organisation and account of the job. Returns how many were looked at; NULL: no job waits.
-- The audit log gets one row when the job ends; each mail has its event in its time line.
CREATE FUNCTION bulk_step(p_batch int) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  j bulk_job;
  v_ids uuid[];
  v_first timestamptz;
  v_last timestamptz;
  v_to text;
  v_n int;
  v_changed int;
BEGIN
  SELECT * INTO j FROM bulk_job b WHERE b.state IN ('running', 'undoing') ORDER BY b.stepped_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM set_config('sekisho.org', j.org_id::text, true), set_config('sekisho.account', j.account_id::text, true);
  SELECT array_agg(x.recipient_id ORDER BY x.recipient_id), min(x.received_at), max(x.received_at), count(*) INTO v_ids, v_first, v_last, v_n FROM (
    SELECT i.recipient_id, i.received_at FROM bulk_item i
     WHERE i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND (j.place IS NULL OR i.recipient_id > j.place)
       AND (j.state = 'running' OR i.changed)
     ORDER BY i.recipient_id LIMIT p_batch) x;
  v_to := CASE WHEN j.state = 'undoing' OR j.action = 'undelete' THEN 'held' WHEN j.action = 'deliver' THEN 'releasing' ELSE 'deleted' END;
  WITH locked AS (
    SELECT r.org_id, r.received_at, r.message_id, r.recipient_id FROM message_recipient r
     WHERE r.recipient_id = ANY (v_ids) AND r.org_id = j.org_id AND r.received_at BETWEEN v_first AND v_last AND NOT r.outbound
       AND r.state = CASE v_to WHEN 'held' THEN 'deleted' ELSE 'held' END
       AND (j.state = 'undoing' OR r.state_at < j.chosen_at + interval '1 ms') -- pages know milliseconds
       AND (v_to <> 'held' OR r.expires_at > now()) AND (j.state <> 'undoing' OR r.deleted_by = j.account_id)
       AND r.kind = ANY (ARRAY(SELECT user_kinds(CASE v_to WHEN 'releasing' THEN 'deliver' ELSE 'delete' END)))
       AND (r.address = ANY (ARRAY(SELECT scope_mailboxes()))
            OR (r.mailbox = ANY (ARRAY(SELECT scope_mailboxes())) AND NOT mailbox_apart(r.org_id, r.address)))
     ORDER BY r.recipient_id FOR UPDATE),
  changed AS (
    UPDATE message_recipient r
       SET state = v_to, state_at = now(),
           deleted_by = CASE v_to WHEN 'deleted' THEN j.account_id WHEN 'held' THEN NULL ELSE r.deleted_by END,
           release_id = CASE v_to WHEN 'releasing' THEN uuid7() ELSE r.release_id END,
           released_at = CASE v_to WHEN 'releasing' THEN now() ELSE r.released_at END,
           released_by = CASE v_to WHEN 'releasing' THEN j.account_id ELSE r.released_by END
      FROM locked l
     WHERE r.org_id = l.org_id AND r.received_at = l.received_at AND r.message_id = l.message_id AND r.recipient_id = l.recipient_id
    RETURNING r.org_id, r.message_id, r.recipient_id, r.release_id),
  told AS (
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
    SELECT c.org_id, uuid7(), now(), c.message_id, c.recipient_id,
           CASE v_to WHEN 'held' THEN 'undeleted' WHEN 'releasing' THEN 'release_requested' ELSE 'deleted' END, j.account_id,
           CASE v_to WHEN 'releasing' THEN jsonb_build_object('by', j.by_name, 'job_id', j.job_id, 'release_id', c.release_id)
                     ELSE jsonb_build_object('by', j.by_name, 'job_id', j.job_id) END
      FROM changed c),
  marked AS (
    UPDATE bulk_item i SET changed = true FROM changed c
     WHERE j.state = 'running' AND i.org_id = j.org_id AND i.account_id = j.account_id AND i.job_id = j.job_id AND i.recipient_id = c.recipient_id)
  SELECT count(*) INTO v_changed FROM changed;
  UPDATE bulk_job b
     SET done = b.done + v_n, place = coalesce(v_ids[v_n], b.place), stepped_at = clock_timestamp(),
         changed = b.changed + CASE j.state WHEN 'running' THEN v_changed ELSE 0 END,
         returned = b.returned + CASE j.state WHEN 'undoing' THEN v_changed ELSE 0 END,
         state = CASE WHEN v_n = p_batch THEN b.state WHEN b.state = 'running' THEN 'done' ELSE 'undone' END
   WHERE b.org_id = j.org_id AND b.account_id = j.account_id AND b.job_id = j.job_id RETURNING * INTO j;
  IF j.state IN ('done', 'undone') THEN
    v_changed := CASE j.state WHEN 'done' THEN j.changed ELSE j.returned END;
    PERFORM audit_add(j.org_id, j.account_id, j.by_name, 'portal', j.client_ip,
      CASE v_to WHEN 'held' THEN 'bulk.undeleted' WHEN 'releasing' THEN 'bulk.released' ELSE 'bulk.deleted' END, v_changed::text,
      jsonb_build_object('job_id', j.job_id, 'chosen', j.total, 'changed', v_changed));
  END IF;
  RETURN v_n;
END $$;

GRANT SELECT, INSERT (org_id, account_id, job_id, by_name, client_ip, action, filter, total, chosen_at), UPDATE (state, done, place, stepped_at)
  ON bulk_job TO sekisho_portal;
GRANT INSERT (org_id, account_id, job_id, recipient_id, received_at) ON bulk_item TO sekisho_portal;
GRANT SELECT (org_id, account_id, job_id, created_at, state), DELETE ON bulk_job TO sekisho_jobs;
GRANT SELECT (org_id, account_id, job_id), DELETE ON bulk_item TO sekisho_jobs;
GRANT EXECUTE ON FUNCTION bulk_step(int) TO sekisho_jobs;
