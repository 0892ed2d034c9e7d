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
