-- Whom people ask: the help desk of an organisation (ux.md U15), on the page of help, on pages of links in mails, in mails.
CREATE TABLE help_contact (
  org_id uuid PRIMARY KEY REFERENCES org,
  name   text NOT NULL DEFAULT '' CHECK (length(name) <= 100),
  note   text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  email  text NOT NULL DEFAULT '' CHECK (length(email) <= 320),
  phone  text NOT NULL DEFAULT '' CHECK (length(phone) <= 60),
  link   text NOT NULL DEFAULT '' CHECK (link = '' OR (length(link) <= 500 AND link ~ '^(https://|mailto:)[!-~]+$' AND link !~ '["<>\\^`{|}]'))
);
ALTER TABLE help_contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE help_contact FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON help_contact TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true);
CREATE POLICY own_org ON help_contact TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT ON help_contact TO sekisho_engine, sekisho_jobs;
GRANT SELECT, INSERT, UPDATE (name, note, email, phone, link) ON help_contact TO sekisho_console;

-- Of the reader's organisation. Who is not signed in sees the one of the only organisation here; where there are several nobody
-- is told whose mail this installation looks after.
CREATE FUNCTION help_contact_mine() RETURNS TABLE (name text, note text, email text, phone text, link text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT h.name, h.note, h.email, h.phone, h.link FROM help_contact h
   WHERE h.org_id = coalesce(scope_org(), (SELECT min(o.org_id::text)::uuid FROM (SELECT org_id FROM org LIMIT 2) o HAVING count(*) = 1))
$$;
GRANT EXECUTE ON FUNCTION help_contact_mine() TO sekisho_portal;
-- One line for mails; '' without any.
CREATE FUNCTION help_contact_line(p_org uuid) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT concat_ws(' · ', nullif(name, ''), nullif(email, ''), nullif(phone, ''), nullif(link, '')) FROM help_contact WHERE org_id = p_org), '')
$$;
GRANT EXECUTE ON FUNCTION help_contact_line(uuid) TO sekisho_jobs;
