-- What DNS says about each domain (src/engine/domains), and whether its owner proved that it is his.

-- vouched: who added it has the machine, or was the first to set it up; nobody else's word counts.
ALTER TABLE domain
  ADD COLUMN verify_token text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''), -- of the TXT record
  ADD COLUMN vouched     boolean NOT NULL DEFAULT true,
  ADD COLUMN verified_at timestamptz;          -- the TXT record was seen once
-- current_user is sekisho_owner for the command and in setup_create().
CREATE FUNCTION domain_unproven() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> 'sekisho_owner' THEN
    NEW.vouched := false;
    NEW.verified_at := NULL;
    NEW.verify_token := replace(gen_random_uuid()::text, '-', '');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER domain_unproven BEFORE INSERT ON domain FOR EACH ROW EXECUTE FUNCTION domain_unproven();
GRANT UPDATE (verified_at) ON domain TO sekisho_jobs;

-- When to look next. Apart from domain, whose changes make every gate read its settings anew.
CREATE TABLE domain_watch (
  org_id     uuid NOT NULL,
  domain_id  uuid NOT NULL,
  next_at    timestamptz NOT NULL DEFAULT now(),
  asked_at   timestamptz NOT NULL DEFAULT now(), -- somebody wants to know
  checked_at timestamptz,                        -- start of the last look that ended
  started_at timestamptz,                        -- of the one that is on its way
  PRIMARY KEY (org_id, domain_id),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);
CREATE INDEX domain_watch_next_idx ON domain_watch (next_at);

-- The last result of each check. An answer that did not come changes failed_at only.
CREATE TABLE domain_check (
  org_id     uuid NOT NULL,
  domain_id  uuid NOT NULL,
  item       text NOT NULL CHECK (length(item) BETWEEN 1 AND 20), -- src/engine/domains/dchecks.def
  state      text NOT NULL CHECK (state IN ('ok', 'waiting', 'wrong', 'missing', 'unknown')),
  code       text NOT NULL,                    -- the sentence
  detail     jsonb NOT NULL DEFAULT '{}',      -- found, wanted
  checked_at timestamptz NOT NULL,
  failed_at  timestamptz,
  PRIMARY KEY (org_id, domain_id, item),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['domain_watch', 'domain_check'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
END $$;
GRANT SELECT, UPDATE (next_at, checked_at, started_at) ON domain_watch TO sekisho_jobs;
GRANT SELECT, UPDATE (next_at, asked_at) ON domain_watch TO sekisho_console;
GRANT SELECT, INSERT, UPDATE (state, code, detail, checked_at, failed_at) ON domain_check TO sekisho_jobs;
GRANT SELECT ON domain_check TO sekisho_console;

CREATE FUNCTION domain_watched() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO domain_watch (org_id, domain_id) VALUES (NEW.org_id, NEW.domain_id);
  RETURN NULL;
END $$;
CREATE TRIGGER domain_watched AFTER INSERT ON domain FOR EACH ROW EXECUTE FUNCTION domain_watched();
INSERT INTO domain_watch (org_id, domain_id) SELECT org_id, domain_id FROM domain;
