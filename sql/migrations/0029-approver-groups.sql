-- Groups of accounts that decide about release requests (0024-rights.sql), for some domains or for the whole organisation.

-- members: accounts; one that is gone, suspended, or has lost its role counts no more. domains '{}': all of the organisation's.
CREATE TABLE approver_group (
  org_id     uuid NOT NULL REFERENCES org,
  group_id   uuid NOT NULL,
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  members    uuid[] NOT NULL CHECK (cardinality(members) <= 50),
  domains    text[] NOT NULL DEFAULT '{}' CHECK (cardinality(domains) <= 500),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, group_id),
  CONSTRAINT approver_group_twice UNIQUE (org_id, name)
);

CREATE FUNCTION approver_group_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM org WHERE org_id = NEW.org_id FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM approver_group WHERE org_id = NEW.org_id) > 50 THEN
    RAISE unique_violation USING MESSAGE = 'there is no room for more groups; delete some first', CONSTRAINT = 'too_many';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER approver_group_counted AFTER INSERT ON approver_group FOR EACH ROW EXECUTE FUNCTION approver_group_counted();

-- Who is named for a domain, one by one or in a group; domain '': for the organisation. Only who could decide at all.
CREATE FUNCTION request_named(p_org uuid, p_domain text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT a.account_id FROM account a
   WHERE a.org_id = p_org AND a.state = 'active' AND a.role IN ('owner', 'domain_admin', 'help_desk')
     AND (EXISTS (SELECT FROM request_approver p WHERE p.org_id = p_org AND p.domain = p_domain AND p.account_id = a.account_id)
          OR EXISTS (SELECT FROM approver_group g WHERE g.org_id = p_org AND a.account_id = ANY (g.members)
                        AND CASE p_domain WHEN '' THEN g.domains = '{}' ELSE p_domain = ANY (g.domains) END))
$$;

-- As in 0024-rights.sql: those named for the domain, else those named for the organisation, else all who may deliver; owners always.
-- A domain whose approvers are all gone is not stuck.
CREATE OR REPLACE FUNCTION request_decides(p_org uuid, p_account uuid, p_domain text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM account a WHERE a.org_id = p_org AND a.account_id = p_account AND a.state = 'active' AND (
    a.role = 'owner'
    OR a.account_id IN (SELECT request_named(p_org, p_domain))
    OR (NOT EXISTS (SELECT FROM request_named(p_org, p_domain))
        AND (a.account_id IN (SELECT request_named(p_org, ''))
             OR (NOT EXISTS (SELECT FROM request_named(p_org, '')) AND a.role IN ('domain_admin', 'help_desk'))))))
$$;

ALTER TABLE approver_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE approver_group FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON approver_group TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true);
CREATE POLICY own_org ON approver_group TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT, INSERT, UPDATE (name, members, domains, changed_at), DELETE ON approver_group TO sekisho_console;
