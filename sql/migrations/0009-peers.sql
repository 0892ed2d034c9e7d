-- Who mail comes from and goes to: TLS peers, outbound servers, suspended sources.

------------------------------------------------------------------ outbound servers

ALTER TABLE domain ADD outbound boolean NOT NULL DEFAULT true;   -- mail of its senders is relayed
-- From where mail of the domain's senders may come to the outbound port, besides the operator's
-- relay_networks. No network: nobody else. Nets wider than these would be half an open relay.
CREATE TABLE outbound_network (
  org_id     uuid NOT NULL,
  domain_id  uuid NOT NULL,
  network    cidr NOT NULL CHECK (masklen(network) >= CASE family(network) WHEN 4 THEN 16 ELSE 32 END),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT network_twice PRIMARY KEY (org_id, domain_id, network),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);
CREATE INDEX outbound_network_client ON outbound_network USING gist (network inet_ops);

-- Stopped because of possible spam: the address of a computer or of a sender.
CREATE TABLE outbound_suspension (
  org_id     uuid NOT NULL REFERENCES org,
  source     text NOT NULL COLLATE "C" CHECK (source = lower(source) AND length(source) BETWEEN 1 AND 320),
  note       text NOT NULL DEFAULT '' CHECK (length(note) <= 200),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT suspended_twice PRIMARY KEY (org_id, source)
);

------------------------------------------------------------------ TLS peers

-- domain_id NULL: for domains without an entry that applies. peer: the domain of the other side; '*': the
-- others. level: as smtp_tls_policy_maps has them; inbound only may and encrypt.
CREATE TABLE tls_peer (
  org_id      uuid NOT NULL REFERENCES org,
  peer_id     uuid NOT NULL,
  domain_id   uuid,
  direction   text NOT NULL CHECK (direction IN ('in', 'out')),
  peer        text NOT NULL CHECK (peer = lower(peer) AND length(peer) BETWEEN 1 AND 253),
  min_version text NOT NULL DEFAULT '1.2' CHECK (min_version IN ('1.2', '1.3')),
  level       text NOT NULL CHECK (level IN ('none', 'may', 'encrypt', 'dane', 'dane-only', 'verify', 'secure')),
  active      boolean NOT NULL DEFAULT true,
  PRIMARY KEY (org_id, peer_id),
  CONSTRAINT peer_twice UNIQUE NULLS NOT DISTINCT (org_id, domain_id, direction, peer),
  CHECK (direction = 'out' OR level IN ('may', 'encrypt')),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);

-- Postfix chooses the policy by destination alone, but an organisation must not decide about the mail of
-- another one. So mail of the senders of a domain (domain_id NULL: of the organisation's other domains)
-- with outbound entries goes by a transport of its own, tls<slot> of master.cf, whose policy map
-- knows the slot.
CREATE TABLE tls_route (
  org_id    uuid NOT NULL REFERENCES org,
  slot      int NOT NULL CHECK (slot BETWEEN 1 AND 32),   -- TLS_ROUTES of src/tools/stack.d/prepare.sh
  domain_id uuid,
  PRIMARY KEY (org_id, slot),
  UNIQUE (slot),
  UNIQUE NULLS NOT DISTINCT (org_id, domain_id),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);
-- Taking and giving back wait for each other before they look: a peer that is added while the last one is
-- deleted keeps its transport.
CREATE FUNCTION tls_route_take() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.direction = 'in' THEN
    RETURN NULL;
  END IF;
  LOCK TABLE tls_route IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM tls_route r WHERE r.org_id = NEW.org_id AND r.domain_id IS NOT DISTINCT FROM NEW.domain_id) THEN
    RETURN NULL;
  END IF;
  IF (SELECT count(*) FROM tls_route r WHERE r.org_id = NEW.org_id) >= 8 THEN -- the others want some, too
    RAISE unique_violation USING MESSAGE = 'eight domains of the organisation have TLS peers for outgoing mail already; use the entries for all other domains',
                                 CONSTRAINT = 'routes_taken';
  END IF;
  INSERT INTO tls_route (org_id, slot, domain_id)
  SELECT NEW.org_id, min(n), NEW.domain_id FROM generate_series(1, 32) n WHERE NOT EXISTS (SELECT FROM tls_route r WHERE r.slot = n)
  HAVING min(n) IS NOT NULL;
  IF NOT FOUND THEN
    RAISE unique_violation USING MESSAGE = 'all transports with a TLS policy are taken', CONSTRAINT = 'routes_taken';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION tls_route_return() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM changed WHERE direction = 'out') THEN
    RETURN NULL;
  END IF;
  LOCK TABLE tls_route IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM tls_route r WHERE EXISTS (
           SELECT FROM changed c WHERE c.direction = 'out' AND c.org_id = r.org_id AND c.domain_id IS NOT DISTINCT FROM r.domain_id)
     AND NOT EXISTS (
           SELECT FROM tls_peer p WHERE p.direction = 'out' AND p.org_id = r.org_id AND p.domain_id IS NOT DISTINCT FROM r.domain_id);
  RETURN NULL;
END $$;
CREATE TRIGGER a_tls_route_return AFTER DELETE ON tls_peer REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION tls_route_return();
CREATE TRIGGER tls_route_take AFTER INSERT ON tls_peer FOR EACH ROW EXECUTE FUNCTION tls_route_take();

------------------------------------------------------------------ recipients

-- The list of a domain, page by page and by its beginning: LIKE would not use an index under row-level security.
CREATE INDEX recipient_domain_idx ON recipient (org_id, domain_id, address COLLATE "C");

------------------------------------------------------------------ rights

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['outbound_network', 'outbound_suspension', 'tls_peer', 'tls_route'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['outbound_network', 'outbound_suspension', 'tls_peer'] LOOP
    EXECUTE format('CREATE TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION config_changed()', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['outbound_network', 'tls_peer', 'tls_route'] LOOP
    EXECUTE format('CREATE POLICY maps ON %I TO sekisho_postfix USING (true)', t);
  END LOOP;
END $$;
SELECT config_limit('outbound_network', 1000);
SELECT config_limit('outbound_suspension', 10000);
SELECT config_limit('tls_peer', 1000);
GRANT SELECT ON outbound_network, outbound_suspension, tls_peer TO sekisho_engine;
GRANT SELECT, INSERT, DELETE ON outbound_network, outbound_suspension TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (min_version, level, active) ON tls_peer TO sekisho_console;
GRANT UPDATE (outbound) ON domain TO sekisho_console;
GRANT SELECT (outbound) ON domain TO sekisho_postfix;
GRANT SELECT (org_id, domain_id, network) ON outbound_network TO sekisho_postfix;
GRANT SELECT (org_id, domain_id, direction, peer, min_version, level, active) ON tls_peer TO sekisho_postfix;
GRANT SELECT ON tls_route TO sekisho_postfix;

------------------------------------------------------------------ Postfix's maps

-- May this computer come to the outbound port at all? Whose mail it may send is the gate's question.
-- The key is an address: mynetworks asks for nothing else.
CREATE FUNCTION map_outbound_client(p_key text) RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  client inet;
BEGIN
  BEGIN
    client := p_key::inet;
  EXCEPTION WHEN invalid_text_representation THEN
    RETURN;
  END;
  IF masklen(client) = (CASE family(client) WHEN 4 THEN 32 ELSE 128 END) THEN
    RETURN QUERY SELECT 'listed' FROM outbound_network n JOIN domain d USING (org_id, domain_id)
     WHERE n.network >>= client AND d.state = 'active' AND d.outbound LIMIT 1;
  END IF;
END $$;
-- The transport of a sender's mail to other domains. "<>", the null sender, is everybody's.
CREATE FUNCTION map_tls_route(p_key text) RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  IF p_key = '<>' THEN
    RETURN NEXT 'tls0:';
    RETURN;
  END IF;
  RETURN QUERY SELECT 'tls' || r.slot || ':' FROM domain d JOIN tls_route r ON r.org_id = d.org_id AND (r.domain_id = d.domain_id OR r.domain_id IS NULL)
   WHERE d.name = substring(lower(p_key) FROM '[^@]*$') ORDER BY r.domain_id IS NULL LIMIT 1;
END $$;
-- The TLS policy for mail to a domain by that transport. The first that is active: the domain's entry for the
-- peer, its entry for the others, and those for other domains. Nothing: the default of main.cf.
-- Bounces belong to nobody: encrypted if anybody wants that, but nobody makes them depend on more.
CREATE FUNCTION map_tls_policy(p_slot int, p_key text) RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  k text := lower(p_key);
BEGIN
  IF p_slot = 0 THEN
    RETURN QUERY SELECT 'encrypt protocols=>=TLSv1.2' FROM tls_peer p
     WHERE p.direction = 'out' AND p.active AND p.peer = k AND p.level NOT IN ('none', 'may') LIMIT 1;
    RETURN;
  END IF;
  RETURN QUERY SELECT p.level || CASE p.level WHEN 'none' THEN '' ELSE ' protocols=>=TLSv' || p.min_version END
    FROM tls_route r JOIN tls_peer p ON p.org_id = r.org_id AND (p.domain_id = r.domain_id OR p.domain_id IS NULL)
   WHERE r.slot = p_slot AND p.direction = 'out' AND p.active AND p.peer IN (k, '*')
   ORDER BY p.domain_id IS NULL, p.peer = '*' LIMIT 1;
END $$;
CREATE INDEX tls_peer_name ON tls_peer (peer) WHERE direction = 'out';
GRANT EXECUTE ON FUNCTION map_outbound_client(text), map_tls_route(text), map_tls_policy(int, text) TO sekisho_postfix;
