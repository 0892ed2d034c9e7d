-- Rules of sender authentication (src/common/auth_rule.h): at most one for all domains of an
-- organisation (domain_id NULL; without a row the program's defaults hold), and one for each domain.
CREATE TABLE auth_rule (
  org_id     uuid NOT NULL REFERENCES org,
  rule_id    uuid NOT NULL,
  domain_id  uuid,
  settings   jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, rule_id),
  CONSTRAINT auth_rule_twice UNIQUE NULLS NOT DISTINCT (org_id, domain_id),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);
ALTER TABLE auth_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON auth_rule TO sekisho_owner, sekisho_engine USING (true) WITH CHECK (true);
CREATE POLICY own_org ON auth_rule TO sekisho_console
  USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT ON auth_rule TO sekisho_engine;
GRANT SELECT, INSERT, DELETE, UPDATE (settings, changed_at) ON auth_rule TO sekisho_console;
CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON auth_rule FOR EACH STATEMENT EXECUTE FUNCTION config_changed();
