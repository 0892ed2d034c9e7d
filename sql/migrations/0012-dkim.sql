-- Keys that sign what goes out, and how (src/engine/domains/dkim_key.h, src/engine/intake/intake_sign.c).

-- One row per domain, made with it.
CREATE TABLE dkim_setting (
  org_id       uuid NOT NULL,
  domain_id    uuid NOT NULL,
  enabled      boolean NOT NULL DEFAULT true,
  null_sender  boolean NOT NULL DEFAULT true,  -- mail with the null sender: the domain is that of From
  header_canon text NOT NULL DEFAULT 'relaxed' CHECK (header_canon IN ('simple', 'relaxed')),
  body_canon   text NOT NULL DEFAULT 'relaxed' CHECK (body_canon IN ('simple', 'relaxed')),
  -- names with spaces between; From always is signed
  headers      text NOT NULL DEFAULT 'From Reply-To Subject Date To Cc Message-ID In-Reply-To References MIME-Version Content-Type Content-Transfer-Encoding List-Id List-Unsubscribe List-Unsubscribe-Post'
               CHECK (length(headers) <= 1000 AND headers ~ '^[!-9;-~]+( [!-9;-~]+)*$'),
  oversign     text NOT NULL DEFAULT 'from' CHECK (oversign IN ('from', 'all')),
  wait_hours   int NOT NULL DEFAULT 24 CHECK (wait_hours BETWEEN 0 AND 168), -- since the key is seen in DNS
  expire_days  int NOT NULL DEFAULT 0 CHECK (expire_days BETWEEN 0 AND 365), -- x= of a signature; 0: none
  PRIMARY KEY (org_id, domain_id),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);

--   waiting-dns   its record is not in DNS        waiting-time  it is, and every cache gets its time
--   signing       signs                           retiring      its successor signs; mail on its way needs the record
--   retired       nobody needs the record any more
CREATE TABLE dkim_key (
  org_id      uuid NOT NULL,
  domain_id   uuid NOT NULL,
  key_id      uuid NOT NULL,
  selector    text NOT NULL CHECK (selector = lower(selector) AND length(selector) BETWEEN 1 AND 63),
  algorithm   text NOT NULL CHECK (algorithm IN ('rsa-sha256', 'ed25519-sha256')),
  bits        int NOT NULL,
  private_key bytea NOT NULL,                  -- sealed with the master key for this domain and selector
  record      text NOT NULL,                   -- v=DKIM1; ...
  state       text NOT NULL DEFAULT 'waiting-dns' CHECK (state IN ('waiting-dns', 'waiting-time', 'signing', 'retiring', 'retired')),
  created_at  timestamptz NOT NULL DEFAULT now(),
  seen_in_dns_at timestamptz,                  -- since when; kept while it signs
  missing_since  timestamptz,                  -- not in DNS at the last look, though it was once
  signing_since  timestamptz,
  retiring_since timestamptz,                  -- its last signature
  PRIMARY KEY (org_id, domain_id, key_id),
  CONSTRAINT selector_taken UNIQUE (org_id, domain_id, selector),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['dkim_setting', 'dkim_key'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
    EXECUTE format('CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION config_changed()', t);
  END LOOP;
END $$;
GRANT SELECT ON dkim_setting, dkim_key TO sekisho_engine;
GRANT SELECT ON dkim_setting TO sekisho_jobs;
GRANT SELECT (org_id, domain_id, key_id, selector, algorithm, bits, record, state, created_at, seen_in_dns_at, missing_since, signing_since, retiring_since),
      UPDATE (state, seen_in_dns_at, missing_since, signing_since, retiring_since) ON dkim_key TO sekisho_jobs;
GRANT SELECT, UPDATE (enabled, null_sender, header_canon, body_canon, headers, oversign, wait_hours, expire_days) ON dkim_setting TO sekisho_console;
-- The console writes a sealed key and never reads one.
GRANT SELECT (org_id, domain_id, key_id, selector, algorithm, bits, record, state, created_at, seen_in_dns_at, missing_since, signing_since, retiring_since),
      INSERT, DELETE, UPDATE (state, signing_since, retiring_since) ON dkim_key TO sekisho_console;

CREATE FUNCTION dkim_setting_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO dkim_setting (org_id, domain_id) VALUES (NEW.org_id, NEW.domain_id);
  RETURN NULL;
END $$;
CREATE TRIGGER dkim_setting_made AFTER INSERT ON domain FOR EACH ROW EXECUTE FUNCTION dkim_setting_made();
INSERT INTO dkim_setting (org_id, domain_id) SELECT org_id, domain_id FROM domain;

-- How long the record of a key that does not sign any more must stay: longer than mail waits in queues.
CREATE FUNCTION dkim_overlap() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT interval '7 days' $$;

-- A key begins to sign; others of its kind that did, do not any more.
CREATE FUNCTION dkim_begin(p_org uuid, p_domain uuid, p_key uuid) RETURNS void LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  UPDATE dkim_key k SET state = CASE WHEN k.key_id = p_key THEN 'signing' ELSE 'retiring' END,
         signing_since = CASE WHEN k.key_id = p_key THEN now() ELSE k.signing_since END,
         retiring_since = CASE WHEN k.key_id = p_key THEN NULL ELSE now() END
    FROM dkim_key n
   WHERE n.org_id = p_org AND n.domain_id = p_domain AND n.key_id = p_key AND k.org_id = n.org_id AND k.domain_id = n.domain_id
     AND k.algorithm = n.algorithm AND (k.key_id = p_key OR k.state = 'signing')
$$;

-- What the last look at DNS means: p_seen is [{"key_id": ..., "present": true or false}], without the keys
-- of which nothing is known now. Nothing is written when nothing changes: each write makes the gates read
-- their settings anew.
CREATE FUNCTION dkim_step(p_org uuid, p_domain uuid, p_seen jsonb) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  k record;
BEGIN
  FOR k IN SELECT d.key_id, d.state, d.seen_in_dns_at, d.missing_since, d.retiring_since, s.wait_hours, x.present
             FROM dkim_key d JOIN dkim_setting s USING (org_id, domain_id)
             LEFT JOIN jsonb_to_recordset(p_seen) AS x(key_id uuid, present boolean) USING (key_id)
            WHERE d.org_id = p_org AND d.domain_id = p_domain ORDER BY d.created_at, d.key_id LOOP
    IF k.present AND (k.seen_in_dns_at IS NULL OR k.missing_since IS NOT NULL) THEN
      UPDATE dkim_key SET seen_in_dns_at = coalesce(seen_in_dns_at, now()), missing_since = NULL,
             state = CASE state WHEN 'waiting-dns' THEN 'waiting-time' ELSE state END
       WHERE org_id = p_org AND domain_id = p_domain AND key_id = k.key_id;
    ELSIF NOT k.present AND k.state = 'waiting-time' THEN
      UPDATE dkim_key SET state = 'waiting-dns', seen_in_dns_at = NULL WHERE org_id = p_org AND domain_id = p_domain AND key_id = k.key_id;
    ELSIF NOT k.present AND k.state IN ('signing', 'retiring') AND k.missing_since IS NULL THEN
      UPDATE dkim_key SET missing_since = now() WHERE org_id = p_org AND domain_id = p_domain AND key_id = k.key_id;
    END IF;
    IF k.present AND k.state IN ('waiting-dns', 'waiting-time')
       AND coalesce(k.seen_in_dns_at, now()) + make_interval(hours => k.wait_hours) <= now() THEN
      PERFORM dkim_begin(p_org, p_domain, k.key_id);
    ELSIF k.state = 'retiring' AND k.retiring_since + dkim_overlap() <= now() THEN
      UPDATE dkim_key SET state = 'retired' WHERE org_id = p_org AND domain_id = p_domain AND key_id = k.key_id;
    END IF;
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION dkim_overlap(), dkim_begin(uuid, uuid, uuid) TO sekisho_jobs, sekisho_console;
GRANT EXECUTE ON FUNCTION dkim_step(uuid, uuid, jsonb) TO sekisho_jobs;
