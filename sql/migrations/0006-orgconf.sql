-- What organisations have set and the gate needs at each message is kept in its memory
-- (src/engine/orgconf). This number says when to read it again: it changes in the transaction that
-- changes a setting. A sequence would not do: it counts before the commit.
CREATE TABLE config_version (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL
);
INSERT INTO config_version (version) VALUES (1);
CREATE FUNCTION config_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE config_version SET version = version + 1;
  RETURN NULL;
END $$;
GRANT SELECT ON config_version TO sekisho_engine;

CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON domain FOR EACH STATEMENT EXECUTE FUNCTION config_changed();

-- All organisations share that memory, so none may fill it: how many rows each has of a kind, and how many it may
-- have. Counting locks the row of the organisation, so the limit holds however many write at the same time.
CREATE TABLE config_count (
  org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
  kind   text NOT NULL, -- the table
  n      int  NOT NULL,
  PRIMARY KEY (org_id, kind)
);
ALTER TABLE config_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE config_count FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON config_count TO sekisho_owner USING (true) WITH CHECK (true);
CREATE POLICY own_org ON config_count TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));

-- For tables whose triggers config_limit() below made. Argument: the limit.
CREATE FUNCTION config_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  most int := TG_ARGV[0]::int;
BEGIN
  IF TG_OP = 'DELETE' THEN
    UPDATE config_count k SET n = k.n - c.n FROM (SELECT org_id, count(*) AS n FROM changed GROUP BY org_id) c
     WHERE k.org_id = c.org_id AND k.kind = TG_TABLE_NAME;
    RETURN NULL;
  END IF;
  INSERT INTO config_count AS k (org_id, kind, n)
  SELECT org_id, TG_TABLE_NAME, count(*) FROM changed GROUP BY org_id ORDER BY org_id
  ON CONFLICT (org_id, kind) DO UPDATE SET n = k.n + excluded.n;
  IF EXISTS (SELECT FROM config_count k WHERE k.kind = TG_TABLE_NAME AND k.n > most AND k.org_id IN (SELECT c.org_id FROM changed c)) THEN
    RAISE unique_violation USING MESSAGE = format('there is room for %s of these in an organisation; delete some first', most),
                                 CONSTRAINT = 'too_many';
  END IF;
  RETURN NULL;
END $$;
-- Triggers fire in the order of their names: additions and deletions take their locks in the same order, the version
-- last.
CREATE FUNCTION config_limit(p_table text, p_most int) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER b_config_added AFTER INSERT ON %I REFERENCING NEW TABLE AS changed
                  FOR EACH STATEMENT EXECUTE FUNCTION config_counted(%L)', p_table, p_most);
  EXECUTE format('CREATE TRIGGER b_config_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS changed
                  FOR EACH STATEMENT EXECUTE FUNCTION config_counted(%L)', p_table, p_most);
END $$;
