-- Digests: up to when a mailbox was told, for each mailbox by itself. The functions of 0025-digest.sql go by it.

-- Up to when a mailbox was told: until_at by digests (when mail came), noticed_at by notices (when it was held). behind: kinds that
-- the last digest left out, because the person or the organisation did not want them there, with the time up to which they were
-- told before; whoever wants them again hears of what is still held. digest_id is the last digest, before_at and before_behind what
-- was true before it: a digest that was never sent has told nothing.
CREATE TABLE digest_told (
  org_id     uuid NOT NULL REFERENCES org,
  box        text NOT NULL,
  until_at   timestamptz NOT NULL DEFAULT '-infinity',
  before_at  timestamptz NOT NULL DEFAULT '-infinity',
  digest_id  uuid,
  noticed_at timestamptz NOT NULL DEFAULT '-infinity',
  behind        jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(behind) = 'object'),
  before_behind jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (org_id, box)
);
ALTER TABLE digest_told ENABLE ROW LEVEL SECURITY;
ALTER TABLE digest_told FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON digest_told TO sekisho_owner, sekisho_jobs USING (true) WITH CHECK (true);
CREATE POLICY own_org ON digest_told TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT, INSERT, UPDATE ON digest_told TO sekisho_jobs;
-- Up to when it was told of one kind. Written into the statements that ask.
CREATE FUNCTION digest_since(p_until timestamptz, p_behind jsonb, p_kind text) RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT coalesce((p_behind->>p_kind)::timestamptz, p_until, '-infinity') $$;
-- The kinds that a digest of p_kinds leaves behind.
CREATE FUNCTION digest_behind(p_until timestamptz, p_behind jsonb, p_kinds text[]) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(k.kind, coalesce(p_behind->k.kind, to_jsonb(p_until))), '{}') FROM quarantine_kinds() k WHERE k.kind <> ALL (p_kinds)
$$;
GRANT EXECUTE ON FUNCTION digest_since(timestamptz, jsonb, text), digest_behind(timestamptz, jsonb, text[]), quarantine_kinds() TO sekisho_jobs;

-- Of the kinds that may stand in an organisation's digests those that somebody chose; NULL: all.
CREATE FUNCTION digest_kinds_of(p_kinds text[], p_chosen text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT CASE WHEN p_chosen IS NULL THEN p_kinds ELSE ARRAY(SELECT unnest(p_kinds) INTERSECT SELECT unnest(p_chosen)) END $$;
GRANT EXECUTE ON FUNCTION digest_kinds_of(text[], text[]) TO sekisho_jobs;

-- A digest that was given up, or of whose lines nothing was left while more is held, has told nothing.
CREATE FUNCTION digest_unsent() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE digest_told t SET until_at = t.before_at, behind = t.before_behind, digest_id = NULL FROM digest d
   WHERE d.org_id = NEW.org_id AND d.digest_id = NEW.once::uuid AND d.kind = 'digest' AND t.org_id = d.org_id AND t.digest_id = d.digest_id
     AND t.box = ANY (digest_mailboxes(d.org_id, d.address));
  RETURN NULL;
END $$;
CREATE TRIGGER digest_unsent AFTER UPDATE OF state ON user_mail FOR EACH ROW
  WHEN (NEW.kind = 'digest' AND NEW.state IN ('failed', 'expired') AND OLD.state = 'waiting') EXECUTE FUNCTION digest_unsent();
