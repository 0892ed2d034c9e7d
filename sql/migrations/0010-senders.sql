-- Sender lists: who is approved and who is blocked, for the organisation, a domain or one address.

-- target: '' is the organisation, a domain name, or the address of a mailbox. A sender stands on one of
-- the two lists of a target, never on both.
CREATE TABLE sender_entry (
  org_id        uuid NOT NULL REFERENCES org,
  entry_id      uuid NOT NULL,
  target        text NOT NULL CHECK (target = lower(target) AND length(target) <= 320),
  level         text NOT NULL GENERATED ALWAYS AS
                  (CASE WHEN target = '' THEN 'org' WHEN strpos(target, '@') > 0 THEN 'address' ELSE 'domain' END) STORED,
  list          text NOT NULL CHECK (list IN ('approved', 'blocked')),
  pattern       text NOT NULL CHECK (pattern = lower(pattern) AND length(pattern) BETWEEN 3 AND 320), -- sender_pattern.h
  only_verified boolean NOT NULL DEFAULT false CHECK (list = 'approved' OR NOT only_verified),
  added_at      timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()), -- as places in lists have it
  added_by      text NOT NULL DEFAULT '',
  import_id     uuid, -- came with this import, which may be undone
  PRIMARY KEY (org_id, entry_id),
  CONSTRAINT sender_twice UNIQUE (org_id, target, pattern)
);
CREATE INDEX sender_entry_import_idx ON sender_entry (org_id, import_id) WHERE import_id IS NOT NULL;
CREATE INDEX sender_entry_list_idx ON sender_entry (org_id, list, added_at DESC, entry_id DESC);

-- Both lists of a target: whether they are applied, and how long they are. The counters are kept by the
-- trigger below; changing them locks the row, so the limits hold however many write at the same time.
CREATE TABLE sender_list (
  org_id   uuid NOT NULL REFERENCES org,
  target   text NOT NULL,
  enabled  boolean NOT NULL DEFAULT true,
  approved int NOT NULL DEFAULT 0,
  blocked  int NOT NULL DEFAULT 0,
  PRIMARY KEY (org_id, target),
  CONSTRAINT sender_limit CHECK (greatest(approved, blocked) <= CASE WHEN strpos(target, '@') > 0 THEN 500 ELSE 10000 END)
);

-- still_checked: what approved senders do not skip, ids of src/common/sender_skips.def. used: the
-- organisation had an entry once; without it the gate asks for none.
CREATE TABLE sender_setting (
  org_id        uuid PRIMARY KEY REFERENCES org,
  header_match  boolean NOT NULL DEFAULT true,
  insert_header boolean NOT NULL DEFAULT false,
  still_checked text[] NOT NULL DEFAULT '{}',
  used          boolean NOT NULL DEFAULT false
);
CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON sender_setting FOR EACH STATEMENT EXECUTE FUNCTION config_changed();

-- Removed entries, for a day: what "Undo" puts back.
CREATE TABLE sender_removed (
  org_id        uuid NOT NULL REFERENCES org,
  entry_id      uuid NOT NULL,
  target        text NOT NULL,
  list          text NOT NULL,
  pattern       text NOT NULL,
  only_verified boolean NOT NULL,
  added_at      timestamptz NOT NULL,
  added_by      text NOT NULL,
  removed_at    timestamptz NOT NULL DEFAULT now(),
  import_id     uuid, -- which replaced it
  PRIMARY KEY (org_id, entry_id)
);
CREATE INDEX sender_removed_import_idx ON sender_removed (org_id, import_id) WHERE import_id IS NOT NULL;
CREATE INDEX sender_removed_at_idx ON sender_removed (org_id, removed_at);

CREATE FUNCTION sender_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    UPDATE sender_list l SET approved = l.approved - c.approved, blocked = l.blocked - c.blocked
      FROM (SELECT org_id, target, count(*) FILTER (WHERE list = 'approved') AS approved, count(*) FILTER (WHERE list = 'blocked') AS blocked
              FROM changed GROUP BY 1, 2) c
     WHERE l.org_id = c.org_id AND l.target = c.target;
    RETURN NULL;
  END IF;
  INSERT INTO sender_list AS l (org_id, target, approved, blocked)
  SELECT org_id, target, count(*) FILTER (WHERE list = 'approved'), count(*) FILTER (WHERE list = 'blocked')
    FROM changed GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (org_id, target) DO UPDATE SET approved = l.approved + excluded.approved, blocked = l.blocked + excluded.blocked;
  IF EXISTS (SELECT FROM changed c WHERE NOT EXISTS (SELECT FROM sender_setting s WHERE s.org_id = c.org_id AND s.used)) THEN
    INSERT INTO sender_setting (org_id, used) SELECT DISTINCT org_id, true FROM changed
    ON CONFLICT (org_id) DO UPDATE SET used = true;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sender_added AFTER INSERT ON sender_entry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION sender_counted();
CREATE TRIGGER sender_deleted AFTER DELETE ON sender_entry REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION sender_counted();

-- May that organisation have a list for it? Its own domains, and addresses in them.
CREATE FUNCTION sender_target_ours(p_org uuid, p_target text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT p_target = '' OR EXISTS (SELECT FROM domain WHERE org_id = p_org AND name = substring(p_target FROM '[^@]*$'))
$$;

-- Does a list of the domain or of the organisation block everybody that a pattern stands for? Then a person's
-- approval of it does nothing. Asked by what would block it, each by equality.
CREATE FUNCTION sender_blocked_above(p_org uuid, p_domain text, p_pattern text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH x AS (SELECT split_part(p_pattern, '@', 1) AS name, substring(p_pattern FROM '[^@]*$') AS domain),
  up AS (SELECT '*.' || array_to_string(parts[i:], '.') AS domain FROM x, string_to_array(ltrim(x.domain, '*.'), '.') AS parts, generate_subscripts(parts, 1) i WHERE i > 1)
  SELECT EXISTS (
    SELECT FROM (SELECT domain FROM x UNION SELECT domain FROM up UNION SELECT '*') d, (SELECT name FROM x UNION SELECT '*') n,
           sender_entry b JOIN sender_list l USING (org_id, target)
     WHERE p_org = scope_org() AND b.org_id = p_org AND b.target IN ('', p_domain) AND b.pattern = n.name || '@' || d.domain
       AND b.list = 'blocked' AND l.enabled)
$$;

-- A pattern as LIKE has it.
CREATE FUNCTION sender_like(p_pattern text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT replace(replace(replace(replace(p_pattern, '\', '\\'), '_', '\_'), '%', '\%'), '*', '%') $$;

------------------------------------------------------------------ access

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['sender_entry', 'sender_list', 'sender_setting', 'sender_removed'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
  -- Portal: the lists of one's own mailboxes, and of nothing else.
  FOREACH t IN ARRAY ARRAY['sender_entry', 'sender_list', 'sender_removed'] LOOP
    EXECUTE format('CREATE POLICY own_mailboxes ON %I TO sekisho_portal
      USING (org_id = (SELECT scope_org()) AND target = ANY (ARRAY(SELECT scope_mailboxes())))
      WITH CHECK (org_id = (SELECT scope_org()) AND target = ANY (ARRAY(SELECT scope_mailboxes())))', t);
  END LOOP;
END $$;
GRANT SELECT ON sender_entry, sender_list, sender_setting TO sekisho_engine;
GRANT SELECT, INSERT, DELETE ON sender_entry, sender_removed TO sekisho_console, sekisho_portal;
GRANT SELECT ON sender_list TO sekisho_console, sekisho_portal;
GRANT UPDATE (enabled) ON sender_list TO sekisho_console;
GRANT SELECT, INSERT (org_id, header_match, insert_header, still_checked), UPDATE (header_match, insert_header, still_checked)
  ON sender_setting TO sekisho_console;
GRANT EXECUTE ON FUNCTION sender_target_ours(uuid, text), sender_like(text), sender_blocked_above(uuid, text, text) TO sekisho_console, sekisho_portal;
