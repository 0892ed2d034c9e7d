-- Web reputation of links, and suspicious objects.

-- No row: the defaults.
CREATE TABLE reputation_setting (
  org_id   uuid PRIMARY KEY REFERENCES org,
  level    int NOT NULL DEFAULT 3 CHECK (level BETWEEN 0 AND 5), -- src/common/risk.h
  untested boolean NOT NULL DEFAULT false                        -- act on links that no list knows, too
);

-- DNS lists of domains in links. codes: src/common/urlbl_codes.h; level: of answers without one of their own.
CREATE TABLE reputation_list (
  org_id    uuid NOT NULL REFERENCES org,
  list_id   uuid NOT NULL,
  zone      text NOT NULL CHECK (zone = lower(zone) AND length(zone) BETWEEN 3 AND 200),
  codes     text NOT NULL DEFAULT '' CHECK (length(codes) <= 400),
  level     text NOT NULL DEFAULT 'dangerous' CHECK (level IN ('safe', 'suspicious', 'highly-suspicious', 'dangerous')),
  hosts     boolean NOT NULL DEFAULT false, -- asked for whole host names; else for the domain that somebody registered
  addresses boolean NOT NULL DEFAULT false, -- asked for IP addresses, too
  enabled   boolean NOT NULL DEFAULT true,
  PRIMARY KEY (org_id, list_id),
  CONSTRAINT reputation_list_twice UNIQUE (org_id, zone)
);

-- Approved: links that are never acted on. Suspicious: files, links, domains, IP addresses and senders that are found in
-- mail. Values are normal forms (src/common/threat.h).
CREATE TABLE reputation_entry (
  org_id     uuid NOT NULL REFERENCES org,
  entry_id   uuid NOT NULL,
  list       text NOT NULL CHECK (list IN ('approved', 'suspicious')),
  type       text NOT NULL CHECK (type IN ('file', 'url', 'domain', 'ip', 'sender')),
  value      text NOT NULL CHECK (length(value) BETWEEN 2 AND 2000),
  action     text NOT NULL DEFAULT 'block' CHECK (action IN ('block', 'log')),
  note       text NOT NULL DEFAULT '' CHECK (length(note) <= 200),
  expires_at timestamptz, -- NULL: never; of what is suspicious
  added_at   timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()), -- as places in lists have it
  added_by   text NOT NULL DEFAULT '',
  import_id  uuid, -- came with this import, which may be undone
  PRIMARY KEY (org_id, entry_id),
  CONSTRAINT reputation_twice UNIQUE (org_id, list, type, value),
  CHECK (list = 'suspicious' OR (type IN ('url', 'domain', 'ip') AND action = 'block' AND expires_at IS NULL))
);
CREATE INDEX reputation_entry_list_idx ON reputation_entry (org_id, list, added_at DESC, entry_id DESC);
CREATE INDEX reputation_entry_import_idx ON reputation_entry (org_id, import_id) WHERE import_id IS NOT NULL;

-- Removed entries, for a day: what "Undo" puts back.
CREATE TABLE reputation_removed (
  org_id     uuid NOT NULL REFERENCES org,
  entry_id   uuid NOT NULL,
  list       text NOT NULL,
  type       text NOT NULL,
  value      text NOT NULL,
  action     text NOT NULL,
  note       text NOT NULL,
  expires_at timestamptz,
  added_at   timestamptz NOT NULL,
  added_by   text NOT NULL,
  removed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, entry_id)
);
CREATE INDEX reputation_removed_at_idx ON reputation_removed (org_id, removed_at);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['reputation_setting', 'reputation_list', 'reputation_entry', 'reputation_removed'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['reputation_setting', 'reputation_list', 'reputation_entry'] LOOP
    EXECUTE format('CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION config_changed()', t);
  END LOOP;
END $$;
SELECT config_limit('reputation_list', 10); -- each costs questions to DNS
SELECT config_limit('reputation_entry', 20000);

GRANT SELECT ON reputation_setting, reputation_list, reputation_entry TO sekisho_engine;
GRANT SELECT, INSERT, UPDATE (level, untested) ON reputation_setting TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (enabled) ON reputation_list TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (action, note, expires_at, added_at, added_by, import_id) ON reputation_entry TO sekisho_console;
GRANT SELECT, INSERT, DELETE ON reputation_removed TO sekisho_console;
