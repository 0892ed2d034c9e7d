-- Rules about the connection, and what was refused by them.

------------------------------------------------------------------ refusals

-- One row for each recipient that was refused before any mail came: blocked traffic. Written by the gate in
-- batches, and by the jobs role for what Postfix itself refused. A refusal that belongs to no organisation is
-- in the log only.
CREATE TABLE refusal (
  org_id          uuid NOT NULL,
  refusal_id      uuid NOT NULL,
  at              timestamptz NOT NULL,
  node            text NOT NULL,
  direction       text NOT NULL CHECK (direction IN ('in', 'out')),
  client_ip       text NOT NULL DEFAULT '',
  client_name     text NOT NULL DEFAULT '',
  helo            text NOT NULL DEFAULT '',
  envelope_sender text NOT NULL DEFAULT '',    -- "" = null sender
  recipient       text NOT NULL DEFAULT '',    -- lower case
  code            int  NOT NULL CHECK (code BETWEEN 400 AND 599),
  enhanced        text NOT NULL DEFAULT '',
  reason          text NOT NULL,               -- src/console/block_reasons.def
  slot            text NOT NULL DEFAULT '',    -- what its sentence names
  permanent       boolean NOT NULL GENERATED ALWAYS AS (code >= 500) STORED,
  PRIMARY KEY (org_id, at, refusal_id)
) PARTITION BY RANGE (at);
CREATE INDEX refusal_recipient_idx ON refusal (org_id, recipient, at DESC, refusal_id DESC);
CREATE INDEX refusal_client_idx ON refusal (org_id, client_ip, at DESC, refusal_id DESC);
CREATE INDEX refusal_reason_idx ON refusal (org_id, reason, at DESC, refusal_id DESC);

SELECT partition_ensure();

------------------------------------------------------------------ what organisations set

-- No row: the defaults.
CREATE TABLE conn_setting (
  org_id            uuid PRIMARY KEY REFERENCES org,
  dynamic_level     int NOT NULL DEFAULT 2 CHECK (dynamic_level BETWEEN 0 AND 4),
  check_sender      boolean NOT NULL DEFAULT true,  -- the sender's domain must be in DNS
  approved_no_spam  boolean NOT NULL DEFAULT false, -- approved addresses skip the rules about spam, too
  -- Message-recipients; 0: no limit.
  rate_in_ip        int NOT NULL DEFAULT 2000 CHECK (rate_in_ip BETWEEN 0 AND 10000000),       -- a minute
  rate_in_recipient int NOT NULL DEFAULT 200 CHECK (rate_in_recipient BETWEEN 0 AND 10000000), -- a minute
  rate_in_domain    int NOT NULL DEFAULT 0 CHECK (rate_in_domain BETWEEN 0 AND 10000000),      -- an hour
  rate_out_ip       int NOT NULL DEFAULT 1000 CHECK (rate_out_ip BETWEEN 0 AND 10000000),      -- 5 minutes
  rate_out_sender   int NOT NULL DEFAULT 500 CHECK (rate_out_sender BETWEEN 0 AND 10000000),   -- 10 minutes
  rate_out_domain   int NOT NULL DEFAULT 0 CHECK (rate_out_domain BETWEEN 0 AND 10000000)      -- an hour
);

-- Approved and blocked addresses and networks.
CREATE TABLE conn_address (
  org_id     uuid NOT NULL REFERENCES org,
  address_id uuid NOT NULL,
  list       text NOT NULL CHECK (list IN ('approved', 'blocked')),
  network    cidr NOT NULL,
  note       text NOT NULL DEFAULT '' CHECK (length(note) <= 200),
  created_at timestamptz NOT NULL DEFAULT now(),
  import_id  uuid, -- came with this import, which may be undone
  PRIMARY KEY (org_id, address_id),
  CONSTRAINT address_listed UNIQUE (org_id, network)
);
CREATE INDEX conn_address_import_idx ON conn_address (org_id, import_id) WHERE import_id IS NOT NULL;
CREATE INDEX conn_address_list_idx ON conn_address (org_id, list, network, address_id);

CREATE TABLE conn_country (
  org_id  uuid NOT NULL REFERENCES org,
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'), -- ISO 3166-1
  list    text NOT NULL CHECK (list IN ('approved', 'blocked')),
  PRIMARY KEY (org_id, country)
);

-- DNS lists of bad sources. codes: answers that count, such as 127.0.0.2 127.0.0.4-127.0.0.7; "": any 127.0.0.x.
CREATE TABLE conn_list (
  org_id  uuid NOT NULL REFERENCES org,
  list_id uuid NOT NULL,
  zone    text NOT NULL CHECK (zone = lower(zone) AND length(zone) BETWEEN 3 AND 200),
  codes   text NOT NULL DEFAULT '' CHECK (length(codes) <= 200),
  enabled boolean NOT NULL DEFAULT true,
  PRIMARY KEY (org_id, list_id),
  CONSTRAINT list_twice UNIQUE (org_id, zone)
);

-- Reverse DNS, by the domain of the sender. '*' (all others) and '' (the null sender) are always there for
-- people; here only when they are not as they began, and never deleted.
CREATE TABLE conn_rdns (
  org_id  uuid NOT NULL REFERENCES org,
  sender  text NOT NULL CHECK (sender = lower(sender) AND length(sender) <= 255), -- example.com, *.example.com
  missing boolean NOT NULL DEFAULT false, -- refuse when the address has no name
  invalid boolean NOT NULL DEFAULT false, -- refuse when none of its names has the address
  PRIMARY KEY (org_id, sender)
);

------------------------------------------------------------------ what is observed

-- How much bad and good mail came from a source, of late: both halve in three hours. A source is an IPv4
-- address or an IPv6 /64. No organisation's: what one of them got, protects all. Losing it in a crash is harmless.
CREATE UNLOGGED TABLE source_seen (
  source   cidr PRIMARY KEY,
  good     double precision NOT NULL,
  bad      double precision NOT NULL,
  last_bad timestamptz,
  at       timestamptz NOT NULL
);
CREATE INDEX source_seen_at_idx ON source_seen (at) WHERE bad > 0;

-- Message-recipients since a window began, from all gates.
CREATE UNLOGGED TABLE rate_window (
  key   text PRIMARY KEY CHECK (length(key) <= 500),
  began timestamptz NOT NULL,
  ends  timestamptz NOT NULL,
  n     bigint NOT NULL
);
CREATE INDEX rate_window_ends_idx ON rate_window (ends);

------------------------------------------------------------------ rights

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['refusal', 'conn_setting', 'conn_address', 'conn_country', 'conn_list', 'conn_rdns'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['conn_setting', 'conn_address', 'conn_country', 'conn_list', 'conn_rdns'] LOOP
    EXECUTE format('CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION config_changed()', t);
  END LOOP;
END $$;
SELECT config_limit('conn_address', 20000);
SELECT config_limit('conn_list', 10); -- each costs a question to DNS
SELECT config_limit('conn_rdns', 1000);
CREATE POLICY built_in ON conn_rdns AS RESTRICTIVE FOR DELETE TO sekisho_owner, sekisho_console USING (sender NOT IN ('', '*'));

GRANT INSERT ON refusal TO sekisho_engine, sekisho_jobs;
GRANT SELECT ON refusal TO sekisho_console;
GRANT SELECT ON conn_setting, conn_address, conn_country, conn_list, conn_rdns TO sekisho_engine;
GRANT SELECT, INSERT, UPDATE (dynamic_level, check_sender, approved_no_spam, rate_in_ip, rate_in_recipient, rate_in_domain, rate_out_ip,
                              rate_out_sender, rate_out_domain) ON conn_setting TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (list, note) ON conn_address TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (list) ON conn_country TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (zone, codes, enabled) ON conn_list TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (missing, invalid) ON conn_rdns TO sekisho_console;
GRANT SELECT, INSERT, UPDATE ON source_seen, rate_window TO sekisho_engine;
GRANT SELECT, INSERT, UPDATE ON source_seen TO sekisho_jobs;
GRANT SELECT (at), DELETE ON source_seen TO sekisho_jobs;
GRANT SELECT (ends), DELETE ON rate_window TO sekisho_jobs;

------------------------------------------------------------------ functions

-- What was seen of sources since the last call: [{"source": "192.0.2.1", "good": 3, "bad": 1}]. Sources come in
-- their order, so that two gates do not wait for each other.
CREATE FUNCTION source_note(p jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  INSERT INTO source_seen AS s (source, good, bad, last_bad, at)
  SELECT x.source, sum(x.good), sum(x.bad), CASE WHEN sum(x.bad) > 0 THEN now() END, now()
    FROM jsonb_to_recordset(p) AS x(source cidr, good float8, bad float8) GROUP BY x.source ORDER BY x.source
  ON CONFLICT (source) DO UPDATE SET
    good = s.good * power(0.5, greatest(0, extract(epoch FROM excluded.at - s.at)) / 10800) + excluded.good,
    bad = s.bad * power(0.5, greatest(0, extract(epoch FROM excluded.at - s.at)) / 10800) + excluded.bad,
    last_bad = coalesce(excluded.last_bad, s.last_bad), at = excluded.at
$$;

-- The same for rates: [{"key": "...", "seconds": 60, "n": 3}]. Returns what all gates have counted together, so that
-- each knows of the others.
CREATE FUNCTION rate_note(p jsonb) RETURNS TABLE (key text, n bigint, left_ms bigint)
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  INSERT INTO rate_window AS w (key, began, ends, n)
  SELECT x.key, now(), now() + make_interval(secs => x.left_s), x.n
    FROM jsonb_to_recordset(p) AS x(key text, left_s float8, n bigint) ORDER BY x.key
  ON CONFLICT (key) DO UPDATE SET
    began = CASE WHEN w.ends <= now() THEN excluded.began ELSE w.began END,
    ends = CASE WHEN w.ends <= now() THEN excluded.ends ELSE w.ends END,
    n = CASE WHEN w.ends <= now() THEN excluded.n ELSE w.n + excluded.n END
  RETURNING w.key, w.n, floor(extract(epoch FROM w.ends - now()) * 1000)::bigint
$$;

-- Refusals of Postfix, from its log: facts with at (ms), direction, ip, name, helo, sender, recipient, domain (whose
-- organisation it is), code, enhanced, reason, slot. How many belong to nobody. Who tries recipients that
-- do not exist is noted as a bad source.
CREATE FUNCTION refused_by_postfix(p_node text, p_facts jsonb) RETURNS int
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  WITH f AS (
    SELECT x.*, d.org_id FROM jsonb_to_recordset(p_facts) AS x(at float8, direction text, ip text, name text, helo text,
             sender text, recipient text, domain text, code int, enhanced text, reason text, slot text)
      LEFT JOIN domain d ON d.name = x.domain AND d.state = 'active'),
  stored AS (
    INSERT INTO refusal (org_id, refusal_id, at, node, direction, client_ip, client_name, helo, envelope_sender, recipient,
                         code, enhanced, reason, slot)
    SELECT org_id, uuid7(), to_timestamp(at / 1000), p_node, direction, ip, name, helo, sender, recipient, code, enhanced, reason, slot
      FROM f WHERE org_id IS NOT NULL),
  noted AS (
    SELECT source_note(jsonb_agg(jsonb_build_object('source', network(set_masklen(ip::inet, CASE family(ip::inet) WHEN 4 THEN 32 ELSE 64 END)),
                                                    'good', 0, 'bad', 0.5)))
      FROM f WHERE reason = 'recipient-invalid' AND org_id IS NOT NULL AND direction = 'in' AND ip <> '' HAVING count(*) > 0)
  SELECT count(*)::int + 0 * (SELECT count(*) FROM noted)::int FROM f WHERE org_id IS NULL
$$;
GRANT EXECUTE ON FUNCTION source_note(jsonb) TO sekisho_engine, sekisho_jobs;
GRANT EXECUTE ON FUNCTION rate_note(jsonb) TO sekisho_engine;
GRANT EXECUTE ON FUNCTION refused_by_postfix(text, jsonb) TO sekisho_jobs;
