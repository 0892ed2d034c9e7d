-- File password analysis: passwords that an organisation has for files in its mail (behaviour.md 9.4).

-- Without a row: passwords are tried on mail of both directions, and those of a sender's mails are kept for an hour.
CREATE TABLE file_password_setting (
  org_id          uuid PRIMARY KEY REFERENCES org,
  inbound         boolean NOT NULL DEFAULT true,
  outbound        boolean NOT NULL DEFAULT true,
  earlier_minutes int NOT NULL DEFAULT 60 CHECK (earlier_minutes BETWEEN 0 AND 1440) -- 0: not at all
);
CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON file_password_setting FOR EACH STATEMENT EXECUTE FUNCTION config_changed();

-- Plain, behind row-level security, and not sealed with the organisation's key: only the engine can open that, and the console shows and
-- exports the list. They are secrets of documents that went through the mail, not of accounts. Nothing writes them to the
-- audit log. The lowest priority is tried first. Limits: src/common/file_password.h.
CREATE TABLE file_password (
  org_id   uuid NOT NULL REFERENCES org,
  entry_id uuid NOT NULL,
  value    text NOT NULL COLLATE "C" CHECK (octet_length(value) BETWEEN 1 AND 128),
  priority int NOT NULL DEFAULT 50 CHECK (priority BETWEEN 1 AND 100),
  added_at timestamptz NOT NULL DEFAULT now(),
  added_by text NOT NULL DEFAULT '',
  PRIMARY KEY (org_id, entry_id),
  CONSTRAINT file_password_twice UNIQUE (org_id, value)
);
CREATE INDEX file_password_order ON file_password (org_id, priority, value);
CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON file_password FOR EACH STATEMENT EXECUTE FUNCTION config_changed();
SELECT config_limit('file_password', 100); -- each costs time with every file that is encrypted

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['file_password_setting', 'file_password'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
END $$;
GRANT SELECT ON file_password_setting, file_password TO sekisho_engine;
GRANT SELECT, INSERT, UPDATE (inbound, outbound, earlier_minutes) ON file_password_setting TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (priority) ON file_password TO sekisho_console;
