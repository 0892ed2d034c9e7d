-- What people may do with their held mail, by the kind of it; what they ask for; what they report.

------------------------------------------------------------------ rights

-- Outgoing mail is never shown to its recipients' accounts (behaviour.md 15.2): said in the row, since policies
-- are asked for each row of a list.
ALTER TABLE message_recipient ADD COLUMN outbound boolean NOT NULL DEFAULT false;
UPDATE message_recipient r SET outbound = true FROM message m
 WHERE m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id AND m.direction = 'out';

-- 0003-ingest.sql with that column.
CREATE OR REPLACE FUNCTION ingest(p jsonb, p_sha256 bytea, p_body bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_org uuid := p->>'org_id';
  v_id uuid := p->>'message_id';
  v_at timestamptz := to_timestamp((p->>'received_at')::float8 / 1000);
  v_keep interval;
  v_same uuid[];
  v_resend uuid;
BEGIN
  SELECT make_interval(days => retention_days) INTO STRICT v_keep FROM org WHERE org_id = v_org;
  -- The same envelope and bytes within a day: our 250 was probably lost on its way (RFC 1047).
  SELECT array_agg(m.message_id ORDER BY m.received_at) INTO v_same FROM message m
   WHERE m.org_id = v_org AND m.sha256 = p_sha256 AND m.received_at > v_at - interval '24 hours'
     AND m.received_at < v_at + interval '1 hour' AND m.envelope_sender = p->>'envelope_sender';
  IF v_same IS NOT NULL THEN
    SELECT s.id INTO v_resend FROM unnest(v_same) WITH ORDINALITY AS s(id, n)
     WHERE EXISTS (SELECT FROM message_recipient r WHERE r.message_id = s.id AND r.org_id = v_org
                      AND r.address IN (SELECT x->>'address' FROM jsonb_array_elements(p->'recipients') x))
     ORDER BY s.n LIMIT 1;
  END IF;
  INSERT INTO message (org_id, message_id, received_at, node, direction, queue_id, client_ip, client_name, helo, tls,
    envelope_sender, sender_domain, header_from, header_from_name, header_id, subject, bytes, sha256, verdict, score,
    threshold, reasons, scan, scan_us, resend_of)
  VALUES (v_org, v_id, v_at, p->>'node', p->>'direction', nullif(p->>'queue_id', ''), p->>'client_ip', p->>'client_name',
    p->>'helo', p->>'tls', p->>'envelope_sender', p->>'sender_domain', p->>'header_from', p->>'header_from_name',
    left(p->>'header_id', 600), p->>'subject', (p->>'bytes')::bigint, p_sha256, p->>'verdict', (p->>'score')::float8,
    (p->>'threshold')::float8, p->'reasons', p->'scan', (p->>'scan_us')::bigint, v_resend);
  INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, domain, original, state, state_at,
    disposition, kind, rule, queue_id, expires_at, outbound)
  SELECT v_org, v_id, x.recipient_id, v_at, x.address, x.domain, x.original, x.state, v_at, x.disposition, x.kind, x.rule,
    CASE x.state WHEN 'passed' THEN nullif(p->>'queue_id', '') END, CASE x.state WHEN 'held' THEN v_at + v_keep END,
    p->>'direction' = 'out'
  FROM jsonb_to_recordset(p->'recipients') AS x(recipient_id uuid, address text, domain text, original text, state text,
    disposition text, kind text, rule text);
  IF p_body IS NOT NULL THEN
    INSERT INTO body (org_id, message_id, received_at, seq, data) VALUES (v_org, v_id, v_at, 0, p_body);
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, detail)
    SELECT v_org, uuid7(), v_at, v_id, x.recipient_id, 'held', jsonb_build_object('kind', x.kind, 'rule', x.rule)
    FROM jsonb_to_recordset(p->'recipients') AS x(recipient_id uuid, state text, kind text, rule text) WHERE x.state = 'held';
  END IF;
  IF v_resend IS NOT NULL THEN
    INSERT INTO event (org_id, event_id, at, message_id, kind, detail)
    VALUES (v_org, uuid7(), v_at, v_id, 'resend', jsonb_build_object('of', v_resend));
  END IF;
  IF p ? 'note' THEN
    INSERT INTO event (org_id, event_id, at, message_id, kind, detail)
    VALUES (v_org, uuid7(), v_at, v_id, p->'note'->>'kind', coalesce(p->'note'->'detail', '{}'));
  END IF;
  RETURN v_resend;
END $$;

-- The kinds of held mail (src/console/kinds.def), what people may do with them until the organisation says otherwise,
-- and what it may say. Spam and newsletters are delivered by whoever gets them; for what is dangerous an
-- administrator is asked. "approve" (allow the sender) is for kinds only that the spam filter finds: an approval of a sender
-- would not have let the others through. Malware is never delivered by users. A kind that is not named here is neither seen nor changed.
CREATE FUNCTION quarantine_kinds() RETURNS TABLE (place int, kind text, standard text[], possible text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  VALUES (1, 'spam', '{view,deliver,delete,block,approve}'::text[], '{view,deliver,ask,delete,block,approve}'::text[]),
         (2, 'graymail', '{view,deliver,delete,block,approve}', '{view,deliver,ask,delete,block,approve}'),
         (3, 'phishing', '{view,ask,delete,block}', '{view,deliver,ask,delete,block,approve}'),
         (4, 'impersonation', '{view,ask,delete,block}', '{view,deliver,ask,delete,block,approve}'),
         (5, 'malware', '{view,ask,delete,block}', '{view,ask,delete,block}'),
         (6, 'unverified', '{view,deliver,delete,block}', '{view,deliver,ask,delete,block}'),
         (7, 'blocked', '{view,ask,delete,block}', '{view,deliver,ask,delete,block}'),
         (8, 'content', '{view,ask,delete,block}', '{view,deliver,ask,delete,block}'),
         (9, 'unscannable', '{view,ask,delete,block}', '{view,deliver,ask,delete,block}')
$$;

-- One order, no repeats; whoever may do something may see it.
CREATE FUNCTION quarantine_rights_normal(p text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(w ORDER BY n), '{}') FROM unnest('{view,deliver,ask,delete,block,approve}'::text[]) WITH ORDINALITY x(w, n)
   WHERE w = ANY (p) OR (w = 'view' AND p <> '{}')
$$;

-- A row only where an organisation has said something.
CREATE TABLE quarantine_right (
  org_id     uuid NOT NULL REFERENCES org,
  kind       text NOT NULL,
  rights     text[] NOT NULL CHECK (rights = '{}' OR 'view' = ANY (rights)),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, kind)
);
CREATE FUNCTION quarantine_right_check() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM quarantine_kinds() k WHERE k.kind = NEW.kind AND NEW.rights <@ k.possible) THEN
    RAISE check_violation USING MESSAGE = 'this right is not possible for this kind', CONSTRAINT = 'right_impossible';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER quarantine_right_check BEFORE INSERT OR UPDATE ON quarantine_right FOR EACH ROW EXECUTE FUNCTION quarantine_right_check();

-- The kinds with which accounts of an organisation may do that. Asked once a statement: kind = ANY (ARRAY(SELECT ...)).
CREATE FUNCTION org_kinds(p_org uuid, p_right text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT k.kind FROM quarantine_kinds() k LEFT JOIN quarantine_right q ON q.org_id = p_org AND q.kind = k.kind
   WHERE p_right = ANY (coalesce(q.rights, k.standard)) AND p_right = ANY (k.possible)
$$;
CREATE FUNCTION user_kinds(p_right text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT org_kinds(scope_org(), p_right) $$;

-- Mail that is on its way or there is shown whatever its kind was (the history of deliveries).
DROP POLICY portal_recipient ON message_recipient;
CREATE POLICY portal_recipient ON message_recipient TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND mailbox = ANY (ARRAY(SELECT mailbox_of(x) FROM scope_mailboxes() x))
         AND NOT outbound
         AND (kind = ANY (ARRAY(SELECT user_kinds('view'))) OR kind = ''
              OR state IN ('passed', 'queued', 'deferred', 'delivered', 'bounced', 'expired', 'unaccepted'))
         AND (address = ANY (ARRAY(SELECT scope_mailboxes()))
              OR (mailbox = ANY (ARRAY(SELECT scope_mailboxes())) AND NOT mailbox_apart(org_id, address))))
  WITH CHECK (org_id = (SELECT scope_org()) AND mailbox = ANY (ARRAY(SELECT mailbox_of(x) FROM scope_mailboxes() x))
         AND NOT outbound AND kind = ANY (ARRAY(SELECT user_kinds('view')))
         AND (address = ANY (ARRAY(SELECT scope_mailboxes()))
              OR (mailbox = ANY (ARRAY(SELECT scope_mailboxes())) AND NOT mailbox_apart(org_id, address))));
-- What a person may do with held mail, whatever the program thinks.
DROP POLICY portal_change ON message_recipient;
CREATE POLICY portal_change ON message_recipient AS RESTRICTIVE FOR UPDATE TO sekisho_portal
  USING (state IN ('held', 'deleted'))
  WITH CHECK ((state IN ('held', 'deleted') AND kind = ANY (ARRAY(SELECT user_kinds('delete'))))
              OR (state = 'releasing' AND kind = ANY (ARRAY(SELECT user_kinds('deliver')))));

------------------------------------------------------------------ entries of sender lists that end

ALTER TABLE sender_entry ADD COLUMN expires_at timestamptz;
ALTER TABLE sender_removed ADD COLUMN expires_at timestamptz;
CREATE INDEX sender_entry_expiry_idx ON sender_entry (expires_at) WHERE expires_at IS NOT NULL;
GRANT SELECT (org_id, entry_id, expires_at), DELETE ON sender_entry TO sekisho_jobs;

-- Whose word counts for a whole domain: administrators that have a mailbox in it.
CREATE FUNCTION scope_domains() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT d.name FROM account a JOIN account_mailbox b USING (org_id, account_id)
    JOIN domain d ON d.org_id = a.org_id AND d.name = substring(b.address FROM '[^@]*$')
   WHERE a.org_id = scope_org() AND a.account_id = scope_account() AND a.state = 'active' AND a.role IN ('owner', 'domain_admin')
$$;
CREATE POLICY own_domains ON sender_entry TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND target = ANY (ARRAY(SELECT scope_domains())))
  WITH CHECK (org_id = (SELECT scope_org()) AND target = ANY (ARRAY(SELECT scope_domains())));

------------------------------------------------------------------ what people report

-- "This is spam", "this is phishing", "this was wrong": teaches the statistics as far as 0015-learning.sql lets one person,
-- and waits for an administrator.
CREATE TABLE mail_report (
  org_id       uuid NOT NULL REFERENCES org,
  report_id    uuid NOT NULL,
  recipient_id uuid NOT NULL,
  message_id   uuid NOT NULL,
  received_at  timestamptz NOT NULL,
  account_id   uuid NOT NULL,
  by_name      text NOT NULL,                    -- address then
  mailbox      text NOT NULL,
  what         text NOT NULL CHECK (what IN ('spam', 'phishing', 'wanted')),
  kind         text NOT NULL,                    -- why it was held
  sender       text NOT NULL DEFAULT '',
  subject      text NOT NULL DEFAULT '',
  at           timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
  state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'agreed', 'dismissed')),
  decided_at   timestamptz,
  decided_name text NOT NULL DEFAULT '',
  PRIMARY KEY (org_id, report_id),
  CONSTRAINT report_once UNIQUE (org_id, recipient_id, account_id),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
CREATE INDEX mail_report_list_idx ON mail_report (org_id, state, at DESC, report_id DESC);
CREATE INDEX mail_report_at_idx ON mail_report (at);
CREATE INDEX mail_report_account_idx ON mail_report (org_id, account_id, at);

-- At most 200 a day of one person: more would only bury the others in the list.
CREATE FUNCTION mail_report_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM mail_report WHERE org_id = NEW.org_id AND account_id = NEW.account_id AND at > now() - interval '1 day') >= 200 THEN
    RAISE unique_violation USING MESSAGE = 'too many reports of one person today', CONSTRAINT = 'too_many';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mail_report_room BEFORE INSERT ON mail_report FOR EACH ROW EXECUTE FUNCTION mail_report_room();

CREATE FUNCTION mail_report_learn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    -- Cleared away for its age (expire_rest): the list forgets it. What it taught stays, as what a release taught does, until
    -- learn_trim() has no room for it; else it would depend on how long mail can be tracked whether that goes, too.
    IF OLD.at < now() - interval '180 days' THEN
      RETURN NULL;
    END IF;
    DELETE FROM learn_sample s USING message m -- taken back: as if it had never been said
     WHERE m.org_id = OLD.org_id AND m.received_at = OLD.received_at AND m.message_id = OLD.message_id
       AND s.org_id = OLD.org_id AND s.digest = m.sha256 AND s.account_id = OLD.account_id AND s.origin = 'report' AND NOT s.trusted;
    RETURN NULL;
  END IF;
  INSERT INTO learn_sample AS s (org_id, sample_id, account_id, by_name, spam, origin, digest, message_id, subject, features)
  SELECT NEW.org_id, uuid7(), NEW.account_id, NEW.by_name, NEW.what <> 'wanted', 'report', m.sha256, m.message_id, left(m.subject, 200),
         decode(m.scan->>'features', 'base64')
    FROM message m WHERE m.org_id = NEW.org_id AND m.received_at = NEW.received_at AND m.message_id = NEW.message_id AND m.scan->>'features' <> ''
  ON CONFLICT (org_id, digest, (coalesce(account_id, '00000000-0000-0000-0000-000000000000'))) DO UPDATE
     SET spam = excluded.spam, trusted = s.trusted AND s.spam = excluded.spam, origin = 'report', added_at = excluded.added_at;
  PERFORM learn_trim(NEW.org_id, NEW.account_id);
  RETURN NULL;
END $$;
CREATE TRIGGER mail_report_learn AFTER INSERT OR UPDATE OF what OR DELETE ON mail_report FOR EACH ROW EXECUTE FUNCTION mail_report_learn();

-- An administrator has decided: what was said counts for everybody, or not at all.
CREATE FUNCTION mail_report_decided() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_digest bytea;
BEGIN
  SELECT m.sha256 INTO v_digest FROM message m
   WHERE m.org_id = NEW.org_id AND m.received_at = NEW.received_at AND m.message_id = NEW.message_id;
  IF NEW.state = 'agreed' THEN
    UPDATE learn_sample SET trusted = true WHERE org_id = NEW.org_id AND digest = v_digest AND account_id = NEW.account_id AND spam = (NEW.what <> 'wanted');
  ELSE
    DELETE FROM learn_sample WHERE org_id = NEW.org_id AND digest = v_digest AND account_id = NEW.account_id AND origin = 'report';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER mail_report_decided AFTER UPDATE OF state ON mail_report FOR EACH ROW
  WHEN (OLD.state = 'open' AND NEW.state <> 'open') EXECUTE FUNCTION mail_report_decided();

------------------------------------------------------------------ release requests

-- Who decides about them: for one domain, or ('') for the organisation. Where nobody is named, all who may deliver.
CREATE TABLE request_approver (
  org_id     uuid NOT NULL REFERENCES org,
  domain     text NOT NULL CHECK (domain = lower(domain)),
  account_id uuid NOT NULL,
  PRIMARY KEY (org_id, domain, account_id),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
CREATE INDEX request_approver_account_idx ON request_approver (org_id, account_id);

CREATE TABLE release_request (
  org_id       uuid NOT NULL REFERENCES org,
  request_id   uuid NOT NULL,
  recipient_id uuid NOT NULL,
  message_id   uuid NOT NULL,
  received_at  timestamptz NOT NULL,
  account_id   uuid NOT NULL,                    -- who asks
  by_name      text NOT NULL,                    -- his address then
  mailbox      text NOT NULL,
  domain       text NOT NULL,
  kind         text NOT NULL,
  sender       text NOT NULL DEFAULT '',
  subject      text NOT NULL DEFAULT '',
  note         text NOT NULL DEFAULT '' CHECK (length(note) <= 200),
  state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'declined', 'withdrawn', 'over')),
  asked_at     timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
  reminded_at  timestamptz,
  decided_at   timestamptz,
  decided_by   uuid,
  decided_name text NOT NULL DEFAULT '',
  answer       text NOT NULL DEFAULT '' CHECK (length(answer) <= 500),
  PRIMARY KEY (org_id, request_id),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
-- One open request for a message, whoever of a shared mailbox asked.
CREATE UNIQUE INDEX request_waiting ON release_request (org_id, recipient_id) WHERE state = 'waiting';
CREATE INDEX release_request_list_idx ON release_request (org_id, asked_at DESC, request_id DESC);
CREATE INDEX release_request_own_idx ON release_request (org_id, account_id, asked_at DESC, request_id DESC);
CREATE INDEX release_request_recipient_idx ON release_request (org_id, recipient_id);
CREATE INDEX release_request_remind_idx ON release_request (asked_at) WHERE state = 'waiting';

-- Does this account decide about requests of that domain? Those named for the domain, else those named for the
-- organisation, else all who may deliver; owners always.
CREATE FUNCTION request_decides(p_org uuid, p_account uuid, p_domain text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM account a WHERE a.org_id = p_org AND a.account_id = p_account AND a.state = 'active' AND (
    a.role = 'owner'
    OR EXISTS (SELECT FROM request_approver p WHERE p.org_id = p_org AND p.domain = p_domain AND p.account_id = p_account)
    OR (NOT EXISTS (SELECT FROM request_approver p WHERE p.org_id = p_org AND p.domain = p_domain)
        AND (EXISTS (SELECT FROM request_approver p WHERE p.org_id = p_org AND p.domain = '' AND p.account_id = p_account)
             OR (NOT EXISTS (SELECT FROM request_approver p WHERE p.org_id = p_org AND p.domain = '')
                 AND a.role IN ('domain_admin', 'help_desk'))))))
$$;
-- Four eyes: nobody decides about what he asked for himself, unless nobody else could.
CREATE FUNCTION request_may_decide(p_org uuid, p_account uuid, p_asker uuid, p_domain text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT request_decides(p_org, p_account, p_domain) AND (p_account <> p_asker OR NOT EXISTS (
    SELECT FROM account a WHERE a.org_id = p_org AND a.account_id <> p_account AND a.state = 'active'
       AND a.role IN ('owner', 'domain_admin', 'help_desk') AND request_decides(p_org, a.account_id, p_domain)))
$$;

-- Administrators believe what stands in requests and reports, so it is taken from the mail and the account themselves and
-- not from whoever inserts it.
CREATE FUNCTION asked_facts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r message_recipient;
  m message;
BEGIN
  NEW.by_name := coalesce((SELECT a.address FROM account a WHERE a.org_id = NEW.org_id AND a.account_id = NEW.account_id), NEW.by_name);
  SELECT * INTO r FROM message_recipient x WHERE x.org_id = NEW.org_id AND x.recipient_id = NEW.recipient_id;
  IF NOT FOUND THEN RETURN NEW; END IF;
  SELECT * INTO m FROM message x WHERE x.org_id = r.org_id AND x.received_at = r.received_at AND x.message_id = r.message_id;
  NEW.message_id := r.message_id;
  NEW.received_at := r.received_at;
  NEW.mailbox := r.address;
  NEW.kind := r.kind;
  NEW.sender := left(CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, 320);
  NEW.subject := left(m.subject, 200);
  IF TG_TABLE_NAME = 'release_request' THEN
    NEW.domain := r.domain;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER asked_facts BEFORE INSERT ON release_request FOR EACH ROW EXECUTE FUNCTION asked_facts();
CREATE TRIGGER asked_facts BEFORE INSERT ON mail_report FOR EACH ROW EXECUTE FUNCTION asked_facts();

-- Mails about requests (0021-user-mail.sql; kinds: src/engine/notices/usermail_kinds.def), in the language of who gets them.
-- Those who may decide are told of a request; called once more it reminds them. How many were told.
CREATE FUNCTION request_tell_approvers(p_org uuid, p_request uuid) RETURNS int LANGUAGE plpgsql VOLATILE SECURITY DEFINER
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
  IF NOT FOUND THEN RETURN 0; END IF;
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
-- Who asked gets the answer.
CREATE FUNCTION request_answered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM user_mail_add(NEW.org_id, a.address, a.lang, 'request_answer',
            jsonb_build_object('request', NEW.request_id, 'state', NEW.state, 'sender', NEW.sender, 'subject', NEW.subject, 'mailbox', NEW.mailbox,
                               'answer', NEW.answer), NULL, now() + interval '3 days', NEW.request_id::text, NULL)
     FROM account a WHERE a.org_id = NEW.org_id AND a.account_id = NEW.account_id AND a.state = 'active';
  RETURN NULL;
END $$;
CREATE TRIGGER request_answered AFTER UPDATE OF state ON release_request FOR EACH ROW
  WHEN (OLD.state = 'waiting' AND NEW.state IN ('approved', 'declined', 'over')) EXECUTE FUNCTION request_answered();
CREATE FUNCTION request_asked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM request_tell_approvers(NEW.org_id, NEW.request_id);
  RETURN NULL;
END $$;
CREATE TRIGGER request_asked AFTER INSERT ON release_request FOR EACH ROW EXECUTE FUNCTION request_asked();
CREATE TRIGGER request_reminded AFTER UPDATE OF reminded_at ON release_request FOR EACH ROW
  WHEN (OLD.reminded_at IS NULL AND NEW.reminded_at IS NOT NULL AND NEW.state = 'waiting') EXECUTE FUNCTION request_asked();

------------------------------------------------------------------ looked at once more before delivery

-- What somebody wanted delivered and turned out to be dangerous is held again, of its new kind. The person is told by
-- the time line and by mail.
CREATE FUNCTION release_turned(p_recipient uuid, p_release uuid, p_claim bigint, p_kind text, p_why jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r message_recipient;
  v_by uuid;
BEGIN
  SELECT * INTO r FROM message_recipient x WHERE x.recipient_id = p_recipient AND x.release_id = p_release AND x.state = 'releasing'
     AND floor(extract(epoch FROM x.release_claimed_at) * 1000000)::bigint = p_claim FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  v_by := r.released_by;
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
    WHERE a.org_id = r.org_id AND a.account_id = v_by AND a.state = 'active';
  RETURN true;
END $$;

------------------------------------------------------------------ access

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['quarantine_right', 'mail_report', 'request_approver', 'release_request'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['mail_report', 'release_request'] LOOP
    EXECUTE format('CREATE POLICY own_account ON %I TO sekisho_portal
      USING (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()))
      WITH CHECK (org_id = (SELECT scope_org()) AND account_id = (SELECT scope_account()))', t);
  END LOOP;
END $$;
-- Portal: reports and requests about mail that the account sees, of kinds that it may ask for, and nothing decided.
CREATE POLICY portal_add ON mail_report AS RESTRICTIVE FOR INSERT TO sekisho_portal
  WITH CHECK (state = 'open' AND EXISTS (SELECT FROM message_recipient r WHERE r.recipient_id = mail_report.recipient_id AND r.org_id = mail_report.org_id));
CREATE POLICY portal_delete ON mail_report AS RESTRICTIVE FOR DELETE TO sekisho_portal USING (state = 'open');
CREATE POLICY portal_add ON release_request AS RESTRICTIVE FOR INSERT TO sekisho_portal
  WITH CHECK (state = 'waiting' AND EXISTS (SELECT FROM message_recipient r
    WHERE r.recipient_id = release_request.recipient_id AND r.org_id = release_request.org_id AND r.state = 'held'
      AND r.kind = ANY (ARRAY(SELECT user_kinds('ask')))));
CREATE POLICY portal_withdraw ON release_request AS RESTRICTIVE FOR UPDATE TO sekisho_portal
  USING (state = 'waiting') WITH CHECK (state = 'withdrawn');

GRANT SELECT ON quarantine_right TO sekisho_console;
-- Not the state, the time or what an administrator says.
GRANT SELECT, INSERT (org_id, report_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, what, kind, sender, subject), DELETE
  ON mail_report TO sekisho_portal;
GRANT SELECT, UPDATE (state, decided_at, decided_name) ON mail_report TO sekisho_console;
GRANT SELECT ON request_approver TO sekisho_console;
GRANT SELECT ON release_request TO sekisho_portal, sekisho_console, sekisho_jobs;
GRANT INSERT (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, sender, subject, note)
  ON release_request TO sekisho_portal;
GRANT UPDATE (state, decided_at) ON release_request TO sekisho_portal;
GRANT UPDATE (state, decided_at, decided_by, decided_name, answer) ON release_request TO sekisho_console;
GRANT UPDATE (state, decided_at, reminded_at) ON release_request TO sekisho_jobs;
GRANT SELECT (at), DELETE ON mail_report TO sekisho_jobs;
GRANT EXECUTE ON FUNCTION quarantine_kinds(), quarantine_rights_normal(text[]) TO sekisho_console, sekisho_portal;
GRANT EXECUTE ON FUNCTION user_kinds(text) TO sekisho_console, sekisho_portal;
GRANT EXECUTE ON FUNCTION org_kinds(uuid, text) TO sekisho_engine; -- previews
GRANT EXECUTE ON FUNCTION scope_domains() TO sekisho_portal;
GRANT EXECUTE ON FUNCTION release_turned(uuid, uuid, bigint, text, jsonb) TO sekisho_jobs;
GRANT EXECUTE ON FUNCTION request_decides(uuid, uuid, text), request_may_decide(uuid, uuid, uuid, text) TO sekisho_console, sekisho_jobs;
