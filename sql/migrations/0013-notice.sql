-- Notices to administrators about mail that a check of sender authentication stopped (E12): one row for each
-- address, so that a flood of forgeries is one message an hour. The gates add, the job takes away.
CREATE TABLE notice (
  org_id    uuid NOT NULL REFERENCES org,
  recipient text NOT NULL,
  n         bigint NOT NULL,               -- messages he was not told of yet
  samples   jsonb NOT NULL DEFAULT '[]',   -- the newest of them, at most 20 (notice_mail.h)
  try_at    timestamptz NOT NULL DEFAULT now(),
  tries     int NOT NULL DEFAULT 0,
  PRIMARY KEY (org_id, recipient)
);
CREATE INDEX notice_due_idx ON notice (try_at) WHERE n > 0;
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON notice TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true);
CREATE POLICY own_org ON notice TO sekisho_console
  USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT, INSERT, UPDATE ON notice TO sekisho_engine;
GRANT SELECT, UPDATE (n, samples, try_at, tries), DELETE ON notice TO sekisho_jobs;

-- p: objects with org_id, to, and what a sample has; the newest last.
CREATE FUNCTION notice_note(p jsonb) RETURNS void LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  INSERT INTO notice AS t (org_id, recipient, n, samples)
  SELECT (x->>'org_id')::uuid, x->>'to', count(*),
         jsonb_path_query_array(jsonb_agg(x - 'org_id' - 'to' ORDER BY i DESC), '$[0 to 19]')
    FROM jsonb_array_elements(p) WITH ORDINALITY AS l(x, i) JOIN org o ON o.org_id = (x->>'org_id')::uuid
   GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (org_id, recipient) DO UPDATE
     SET n = t.n + excluded.n, samples = jsonb_path_query_array(excluded.samples || t.samples, '$[0 to 19]')
$$;
GRANT EXECUTE ON FUNCTION notice_note(jsonb) TO sekisho_engine;
