-- What people call spam, and what not (T-E8). A sample is the hashed features of a message (src/engine/stats/pack.h),
-- no text. What an organisation's samples mean together is computed by the job "learn" from all of them, every time
-- anew: a sample that is deleted leaves no trace.
CREATE TABLE learn_sample (
  org_id     uuid NOT NULL REFERENCES org,
  sample_id  uuid NOT NULL,
  account_id uuid,                               -- whose word it is; NULL: by command
  by_name    text NOT NULL DEFAULT '',           -- his address then, "cli:root"
  spam       boolean NOT NULL,
  trusted    boolean NOT NULL DEFAULT false,     -- an administrator said it, or agreed: counts without others
  origin     text NOT NULL CHECK (origin IN ('release', 'report', 'command')),
  digest     bytea NOT NULL CHECK (length(digest) = 32), -- SHA-256 of the message
  message_id uuid,                               -- when we have seen it
  subject    text NOT NULL DEFAULT '',           -- so that an administrator sees what it is about
  added_at   timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
  features   bytea NOT NULL CHECK (length(features) BETWEEN 1 AND 40000),
  PRIMARY KEY (org_id, sample_id),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
-- One person says one thing of one message; the last word counts.
CREATE UNIQUE INDEX learn_sample_once ON learn_sample (org_id, digest, coalesce(account_id, '00000000-0000-0000-0000-000000000000'));
CREATE INDEX learn_sample_account_idx ON learn_sample (org_id, account_id, added_at);
CREATE INDEX learn_sample_list_idx ON learn_sample (org_id, added_at DESC, sample_id DESC);

-- The corrections of an organisation (src/engine/stats/learned.h). samples: how often they changed; built: which of
-- these changes is in the model.
CREATE TABLE learn_model (
  org_id  uuid PRIMARY KEY REFERENCES org,
  changes bigint NOT NULL DEFAULT 0,
  built   bigint NOT NULL DEFAULT 0,
  counted int NOT NULL DEFAULT 0,                -- samples that enough people agree on
  model   bytea NOT NULL DEFAULT ''
);
CREATE INDEX learn_model_due_idx ON learn_model (org_id) WHERE changes <> built;
CREATE TRIGGER config_changed AFTER UPDATE OF model ON learn_model FOR EACH STATEMENT EXECUTE FUNCTION config_changed();

CREATE FUNCTION learn_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO learn_model AS l (org_id, changes) SELECT DISTINCT c.org_id, 1 FROM changed c ORDER BY 1
  ON CONFLICT (org_id) DO UPDATE SET changes = l.changes + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER learn_added AFTER INSERT ON learn_sample REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION learn_changed();
CREATE TRIGGER learn_updated AFTER UPDATE ON learn_sample REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION learn_changed();
CREATE TRIGGER learn_deleted AFTER DELETE ON learn_sample REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION learn_changed();

-- At most so many samples of one person, and of one organisation: the oldest go, but first those that no administrator
-- agreed with, so that a few people cannot push out what counts. Called after adding.
CREATE FUNCTION learn_trim(p_org uuid, p_account uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  DELETE FROM learn_sample s WHERE p_account IS NOT NULL AND s.org_id = p_org AND s.sample_id IN (
    SELECT x.sample_id FROM learn_sample x WHERE x.org_id = p_org AND x.account_id = p_account
     ORDER BY x.trusted DESC, x.added_at DESC, x.sample_id DESC OFFSET 500 LIMIT 1000);
  DELETE FROM learn_sample s WHERE s.org_id = p_org AND s.sample_id IN (
    SELECT x.sample_id FROM learn_sample x WHERE x.org_id = p_org ORDER BY x.trusted DESC, x.added_at DESC, x.sample_id DESC OFFSET 2000 LIMIT 5000)
$$;

-- Who delivers what was held as spam says that it is none: in the same transaction. What was held for
-- another reason is no word about its text.
CREATE FUNCTION learn_released() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO learn_sample AS s (org_id, sample_id, account_id, by_name, spam, origin, digest, message_id, subject, features)
  SELECT NEW.org_id, uuid7(), a.account_id, a.address, false, 'release', m.sha256, m.message_id, left(m.subject, 200),
         decode(m.scan->>'features', 'base64')
    FROM message m JOIN account a ON a.org_id = NEW.org_id AND a.account_id = NEW.released_by
   WHERE m.org_id = NEW.org_id AND m.received_at = NEW.received_at AND m.message_id = NEW.message_id AND m.scan->>'features' <> ''
  ON CONFLICT (org_id, digest, (coalesce(account_id, '00000000-0000-0000-0000-000000000000'))) DO UPDATE
     SET spam = false, trusted = s.trusted AND NOT s.spam, origin = 'release', added_at = excluded.added_at;
  PERFORM learn_trim(NEW.org_id, NEW.released_by);
  RETURN NULL;
END $$;
CREATE TRIGGER learn_released AFTER UPDATE OF state ON message_recipient FOR EACH ROW
  WHEN (OLD.state = 'held' AND NEW.state = 'releasing' AND NEW.released_by IS NOT NULL AND NEW.kind IN ('spam', 'graymail'))
  EXECUTE FUNCTION learn_released();

-- p: objects with digest and features (base64), message_id, subject, spam. They replace what the same person said.
CREATE FUNCTION learn_add(p_org uuid, p_account uuid, p_by text, p_trusted boolean, p_origin text, p jsonb) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n int;
BEGIN
  INSERT INTO learn_sample AS s (org_id, sample_id, account_id, by_name, spam, trusted, origin, digest, message_id, subject, features)
  SELECT p_org, uuid7(), p_account, p_by, x.spam, p_trusted, p_origin, decode(x.digest, 'base64'), x.message_id,
         left(coalesce(x.subject, ''), 200), decode(x.features, 'base64')
    FROM (SELECT DISTINCT ON (digest) * FROM jsonb_to_recordset(p)
            AS y(spam boolean, digest text, features text, message_id uuid, subject text) ORDER BY digest) x
  ON CONFLICT (org_id, digest, (coalesce(account_id, '00000000-0000-0000-0000-000000000000'))) DO UPDATE
     SET spam = excluded.spam, trusted = excluded.trusted, origin = excluded.origin, added_at = excluded.added_at, features = excluded.features;
  GET DIAGNOSTICS n = ROW_COUNT;
  PERFORM learn_trim(p_org, p_account);
  RETURN n;
END $$;

------------------------------------------------------------------ access

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['learn_sample', 'learn_model'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
END $$;
GRANT SELECT ON learn_model TO sekisho_engine, sekisho_jobs, sekisho_console;
GRANT UPDATE (built, counted, model) ON learn_model TO sekisho_jobs;
GRANT SELECT ON learn_sample TO sekisho_jobs, sekisho_console;
GRANT DELETE, UPDATE (trusted) ON learn_sample TO sekisho_console;
REVOKE EXECUTE ON FUNCTION learn_trim(uuid, uuid), learn_add(uuid, uuid, text, boolean, text, jsonb) FROM PUBLIC;
