-- What organisations have set about spam, phishing, impersonation and graymail.

-- The document of src/common/spam_rule.h. Without a row the program's defaults hold (behaviour.md 9.2): catch level
-- moderately low; spam, phishing and impersonation are held; newsletters get a tag before their subject.
CREATE TABLE spam_setting (
  org_id     uuid PRIMARY KEY REFERENCES org,
  settings   jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON spam_setting FOR EACH STATEMENT EXECUTE FUNCTION config_changed();

-- High-profile users and domains, exceptions, and networks whose graymail is wanted: one line each, in the normal form of
-- src/common/spam_entry.h, which also has the limits.
CREATE TABLE spam_entry (
  org_id   uuid NOT NULL REFERENCES org,
  entry_id uuid NOT NULL,
  list     text NOT NULL CHECK (list IN ('person', 'domain', 'exception', 'graymail')),
  value    text NOT NULL COLLATE "C" CHECK (octet_length(value) BETWEEN 1 AND 1000),
  added_at timestamptz NOT NULL DEFAULT now(),
  added_by text NOT NULL DEFAULT '',
  PRIMARY KEY (org_id, entry_id),
  CONSTRAINT spam_entry_twice UNIQUE (org_id, list, value)
);
CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON spam_entry FOR EACH STATEMENT EXECUTE FUNCTION config_changed();

-- Counted after what one statement has deleted and added, so that replacing a full list works. The lock on the row of the
-- organisation makes the limit hold however many write at the same time.
CREATE FUNCTION spam_entry_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v record;
BEGIN
  FOR v IN SELECT DISTINCT org_id, list FROM changed ORDER BY 1, 2 LOOP
    PERFORM FROM org WHERE org_id = v.org_id FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM spam_entry e WHERE e.org_id = v.org_id AND e.list = v.list)
       > (CASE v.list WHEN 'domain' THEN 100 WHEN 'person' THEN 500 ELSE 1000 END) THEN
      RAISE unique_violation USING MESSAGE = 'there is no room for more of these; delete some first', CONSTRAINT = 'too_many';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER b_spam_entry_counted AFTER INSERT ON spam_entry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION spam_entry_counted();

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['spam_setting', 'spam_entry'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
END $$;
GRANT SELECT ON spam_setting, spam_entry TO sekisho_engine;
GRANT SELECT, INSERT (org_id, settings), UPDATE (settings, changed_at) ON spam_setting TO sekisho_console;
GRANT SELECT, INSERT, DELETE ON spam_entry TO sekisho_console;
