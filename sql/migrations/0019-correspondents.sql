-- Who has written to whom, so that the first mail of a sender can be told from the hundredth (F27, N5).
--
-- A row is a pair of a foreign address and a mailbox of ours; our own people have one with themselves, which keeps their
-- name. Addresses are plain: table message has the same ones for as long, so that hashing them here would protect nobody,
-- and they could not be found when somebody asks for them to be deleted. Days are counted, not mails: a row is
-- written at most three times a day however many mails come, and nobody becomes well known within a day.
CREATE TABLE correspondent (
  org_id      uuid NOT NULL REFERENCES org,
  address     text NOT NULL CHECK (length(address) BETWEEN 3 AND 320),
  mailbox     text NOT NULL CHECK (length(mailbox) BETWEEN 3 AND 320),
  name        text NOT NULL DEFAULT '' CHECK (length(name) <= 200), -- folded (src/engine/scan/people_name.h); '': none, or not proven
  first_day   date NOT NULL,
  last_day    date NOT NULL,           -- in either direction: retention goes by it
  came_day    date, came_days   int NOT NULL DEFAULT 0, -- it wrote to us
  proven_day  date, proven_days int NOT NULL DEFAULT 0, -- ... and was authenticated
  sent_day    date, sent_days   int NOT NULL DEFAULT 0, -- we wrote to it
  PRIMARY KEY (org_id, address, mailbox)
);
-- Of those that we know well enough to miss them: whoever writes once can have any name.
CREATE INDEX correspondent_name_idx ON correspondent (org_id, name)
  WHERE name <> '' AND (sent_days > 0 OR proven_days > 1 OR mailbox = address);
-- ... and of those that no outsider can add: our own people, and whom we wrote to.
CREATE INDEX correspondent_ours_idx ON correspondent (org_id, name) WHERE name <> '' AND (sent_days > 0 OR mailbox = address);
CREATE INDEX correspondent_last_idx ON correspondent (last_day);

-- New rows of each day: made-up senders must not fill the table. Over the limit only what is there is counted on. Whoever is not
-- authenticated has half of it, so that a flood of them keeps out neither those who are nor those whom we write to.
CREATE TABLE correspondent_day (
  org_id uuid NOT NULL REFERENCES org,
  day    date NOT NULL,
  added  int NOT NULL DEFAULT 0,
  PRIMARY KEY (org_id, day)
);

-- Everybody goes through the functions below; nobody has a grant.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['correspondent', 'correspondent_day'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
END $$;

-- p: a batch of the gate, objects with org_id, address, mailbox, name, way ("came", "proven", "sent", "self").
-- p_most: new rows of an organisation and day.
CREATE FUNCTION correspondent_note(p jsonb, p_most int DEFAULT 20000) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n int;
BEGIN
  -- One writer at a time: batches of several gates name the same rows.
  PERFORM pg_advisory_xact_lock(hashtext('correspondent'));
  WITH x AS (
    SELECT org_id, left(address, 320) AS address, mailbox_of(left(mailbox, 320)) AS mailbox,
           coalesce(left(max(name) FILTER (WHERE way IN ('proven', 'self')), 200), '') AS name,
           bool_or(way IN ('came', 'proven')) AS came, bool_or(way = 'proven') AS proven, bool_or(way = 'sent') AS sent
      FROM jsonb_to_recordset(p) AS j(org_id uuid, address text, mailbox text, name text, way text)
     WHERE length(address) >= 3 AND length(mailbox) >= 3 AND EXISTS (SELECT FROM org o WHERE o.org_id = j.org_id)
     GROUP BY 1, 2, 3),
  old AS (
    UPDATE correspondent c SET
           last_day = greatest(c.last_day, current_date),
           name = CASE WHEN x.name <> '' THEN x.name ELSE c.name END,
           came_days = c.came_days + (x.came AND c.came_day IS DISTINCT FROM current_date)::int,
           came_day = CASE WHEN x.came THEN current_date ELSE c.came_day END,
           proven_days = c.proven_days + (x.proven AND c.proven_day IS DISTINCT FROM current_date)::int,
           proven_day = CASE WHEN x.proven THEN current_date ELSE c.proven_day END,
           sent_days = c.sent_days + (x.sent AND c.sent_day IS DISTINCT FROM current_date)::int,
           sent_day = CASE WHEN x.sent THEN current_date ELSE c.sent_day END
      FROM x WHERE c.org_id = x.org_id AND c.address = x.address AND c.mailbox = x.mailbox
       AND (c.last_day < current_date OR (x.came AND c.came_day IS DISTINCT FROM current_date)
            OR (x.proven AND c.proven_day IS DISTINCT FROM current_date) OR (x.sent AND c.sent_day IS DISTINCT FROM current_date)
            OR (x.name <> '' AND x.name <> c.name))),
  fresh AS (
    SELECT x.*, row_number() OVER (PARTITION BY x.org_id ORDER BY x.sent DESC, x.proven DESC, x.address) AS k FROM x
     WHERE NOT EXISTS (SELECT FROM correspondent c WHERE c.org_id = x.org_id AND c.address = x.address AND c.mailbox = x.mailbox)),
  added AS (
    INSERT INTO correspondent (org_id, address, mailbox, name, first_day, last_day, came_day, came_days, proven_day, proven_days, sent_day, sent_days)
    SELECT f.org_id, f.address, f.mailbox, f.name, current_date, current_date, CASE WHEN f.came THEN current_date END, f.came::int,
           CASE WHEN f.proven THEN current_date END, f.proven::int, CASE WHEN f.sent THEN current_date END, f.sent::int
      FROM fresh f
     WHERE f.k <= CASE WHEN f.sent THEN p_most WHEN f.proven THEN p_most * 3 / 4 ELSE p_most / 2 END - coalesce((SELECT d.added FROM correspondent_day d WHERE d.org_id = f.org_id AND d.day = current_date), 0)
    RETURNING org_id),
  counted AS (
    INSERT INTO correspondent_day AS d (org_id, day, added) SELECT org_id, current_date, count(*) FROM added GROUP BY 1
    ON CONFLICT (org_id, day) DO UPDATE SET added = d.added + excluded.added)
  SELECT count(*) INTO n FROM added;
  RETURN n;
END $$;

-- What is known of a sender by organisation: p_orgs and p_mailboxes belong together, one pair per recipient. In one
-- row for each organisation that knows anything:
--   here      days on which it wrote to one of these mailboxes
--   proven    ... and was authenticated, of the mailbox that knows it best
--   sent      days on which these mailboxes wrote to it
--   elsewhere another mailbox of the organisation knows it
--   other     another address with the same name that these mailboxes know well, or that is ours; NULL: none, or so
--             many that it is no person's name. Outsiders with addresses enough can make many, so they do not hide those of
--             our people and of whom we wrote to. Asked only when the sender is not known here.
CREATE FUNCTION correspondent_known(p_orgs uuid[], p_mailboxes text[], p_address text, p_name text)
RETURNS TABLE (org_id uuid, here int, proven int, sent int, elsewhere boolean, other text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH r AS (SELECT u.org, array_agg(mailbox_of(u.mailbox)) AS mailboxes FROM unnest(p_orgs, p_mailboxes) AS u(org, mailbox) GROUP BY 1)
  SELECT r.org, h.came, h.proven, h.sent,
         EXISTS (SELECT FROM correspondent c WHERE c.org_id = r.org AND c.address = p_address AND c.mailbox <> ALL (r.mailboxes)), o.address
    FROM r
    CROSS JOIN LATERAL (
      SELECT coalesce(max(c.came_days), 0) AS came, coalesce(max(c.proven_days), 0) AS proven, coalesce(max(c.sent_days), 0) AS sent
        FROM correspondent c WHERE c.org_id = r.org AND c.address = p_address AND c.mailbox = ANY (r.mailboxes)) h
    LEFT JOIN LATERAL (
      SELECT CASE WHEN count(*) <= 3 THEN min(address) FILTER (WHERE near)
                  WHEN count(*) FILTER (WHERE ours) <= 3 THEN min(address) FILTER (WHERE near AND ours) END AS address FROM (
        SELECT c.address, bool_or(c.mailbox = ANY (r.mailboxes) OR c.mailbox = c.address) AS near,
               bool_or(c.sent_days > 0 OR c.mailbox = c.address) AS ours
          FROM ((SELECT * FROM correspondent n WHERE h.came = 0 AND h.sent = 0 AND p_name <> '' AND n.org_id = r.org AND n.name = p_name AND n.name <> ''
                    AND (n.sent_days > 0 OR n.mailbox = n.address) LIMIT 1000)
                UNION ALL
                (SELECT * FROM correspondent n WHERE h.came = 0 AND h.sent = 0 AND p_name <> '' AND n.org_id = r.org AND n.name = p_name AND n.name <> ''
                    AND (n.sent_days > 0 OR n.proven_days > 1 OR n.mailbox = n.address) LIMIT 1000)) c
         WHERE c.address <> p_address GROUP BY 1) a) o ON true;
END $$;

-- Who has not been heard of for so many days is forgotten, at most p_limit at once. How many.
CREATE FUNCTION correspondent_forget(p_days int, p_limit int) RETURNS int
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH old AS (
    DELETE FROM correspondent c USING (
      SELECT org_id, address, mailbox FROM correspondent
       WHERE last_day < (retention_now() - make_interval(days => greatest(p_days, (SELECT coalesce(max(retention_days), 0) FROM org) + 2)))::date
       ORDER BY last_day LIMIT p_limit FOR UPDATE SKIP LOCKED) d
     WHERE c.org_id = d.org_id AND c.address = d.address AND c.mailbox = d.mailbox RETURNING 1),
  days AS (DELETE FROM correspondent_day WHERE day < current_date - 7)
  SELECT count(*)::int FROM old
$$;

REVOKE EXECUTE ON FUNCTION correspondent_note(jsonb, int), correspondent_known(uuid[], text[], text, text), correspondent_forget(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION correspondent_note(jsonb, int), correspondent_known(uuid[], text[], text, text) TO sekisho_engine;
GRANT EXECUTE ON FUNCTION correspondent_forget(int, int) TO sekisho_jobs;
