-- How high-profile users write (F26): numbers of src/engine/style/style.h, added up mail by mail; nothing of what they say.
--
-- person: the folded name (people_key() in src/engine/scan/people_name.h); '' is everybody in the organisation who writes to the outside,
-- against whom a person is compared.
CREATE TABLE writing_style (
  org_id  uuid NOT NULL REFERENCES org,
  person  text NOT NULL CHECK (length(person) <= 200),
  mails   int NOT NULL DEFAULT 0,
  mean    float8[] NOT NULL,
  m2      float8[] NOT NULL, -- sums of squared differences (Welford)
  day     date NOT NULL DEFAULT current_date,
  today   int NOT NULL DEFAULT 0, -- mails of that day
  PRIMARY KEY (org_id, person)
);
CREATE INDEX writing_style_day_idx ON writing_style (day);

-- Everybody goes through the functions below; nobody has a grant.
ALTER TABLE writing_style ENABLE ROW LEVEL SECURITY;
ALTER TABLE writing_style FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON writing_style TO sekisho_owner USING (true) WITH CHECK (true);
CREATE POLICY own_org ON writing_style TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));

-- p: a batch of the gate, objects with org_id, person, features (numbers). At most 20 mails of a person and 100 of everybody count in a
-- day, so that one day's flood is no style; above 200 mails each new one takes the weight of an old one, since people change.
CREATE FUNCTION writing_style_note(p jsonb) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  x record;
  s writing_style;
  d float8[];
  v_mails int;
BEGIN
  FOR x IN SELECT j.org_id, left(j.person, 200) AS person, j.features FROM jsonb_to_recordset(p) AS j(org_id uuid, person text, features float8[])
            WHERE cardinality(j.features) BETWEEN 1 AND 100 AND EXISTS (SELECT FROM org o WHERE o.org_id = j.org_id) ORDER BY 1, 2 LOOP
    INSERT INTO writing_style (org_id, person, mean, m2)
      VALUES (x.org_id, x.person, array_fill(0::float8, ARRAY[cardinality(x.features)]), array_fill(0::float8, ARRAY[cardinality(x.features)]))
      ON CONFLICT DO NOTHING;
    SELECT * INTO s FROM writing_style w WHERE w.org_id = x.org_id AND w.person = x.person FOR UPDATE;
    IF cardinality(s.mean) <> cardinality(x.features) THEN -- measured otherwise since: begins anew
      s.mails := 0;
      s.mean := array_fill(0::float8, ARRAY[cardinality(x.features)]);
      s.m2 := s.mean;
    END IF;
    CONTINUE WHEN s.day = current_date AND s.today >= CASE x.person WHEN '' THEN 100 ELSE 20 END;
    v_mails := least(s.mails, 199) + 1;
    d := ARRAY(SELECT f - m FROM unnest(x.features, s.mean) WITH ORDINALITY AS u(f, m, k) ORDER BY k);
    UPDATE writing_style w SET mails = v_mails, day = current_date, today = CASE s.day WHEN current_date THEN s.today ELSE 0 END + 1,
           mean = ARRAY(SELECT m + e / v_mails FROM unnest(s.mean, d) WITH ORDINALITY AS u(m, e, k) ORDER BY k),
           m2 = ARRAY(SELECT CASE WHEN s.mails >= 200 THEN q * 199 / 200 ELSE q END + e * (e - e / v_mails)
                        FROM unnest(s.m2, d) WITH ORDINALITY AS u(q, e, k) ORDER BY k)
     WHERE w.org_id = x.org_id AND w.person = x.person;
  END LOOP;
END $$;

-- The styles of a person and of everybody, where these organisations know both.
CREATE FUNCTION writing_style_of(p_orgs uuid[], p_person text)
RETURNS TABLE (org_id uuid, mails int, mean float8[], m2 float8[], all_mails int, all_mean float8[], all_m2 float8[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT h.org_id, h.mails, h.mean, h.m2, e.mails, e.mean, e.m2
    FROM writing_style h JOIN writing_style e ON e.org_id = h.org_id AND e.person = ''
   WHERE h.org_id = ANY (p_orgs) AND h.person = p_person AND h.person <> ''
$$;

-- Who has not written for so many days is forgotten, at most p_limit at once. How many.
CREATE FUNCTION writing_style_forget(p_days int, p_limit int) RETURNS int
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH old AS (
    DELETE FROM writing_style s USING (
      SELECT org_id, person FROM writing_style WHERE day < (retention_now() - make_interval(days => p_days))::date
       ORDER BY day LIMIT p_limit FOR UPDATE SKIP LOCKED) d
     WHERE s.org_id = d.org_id AND s.person = d.person RETURNING 1)
  SELECT count(*)::int FROM old
$$;

REVOKE EXECUTE ON FUNCTION writing_style_note(jsonb), writing_style_of(uuid[], text), writing_style_forget(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION writing_style_note(jsonb), writing_style_of(uuid[], text) TO sekisho_engine;
GRANT EXECUTE ON FUNCTION writing_style_forget(int, int) TO sekisho_jobs;
