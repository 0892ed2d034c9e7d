-- The base schema. Runs as sekisho_owner inside one transaction (sekisho migrate).
-- Roles are made by the runner before the first migration (roles.sql), since they belong to the cluster.
--
-- Habits: org_id leads every tenant key; times are timestamptz; ids are UUIDv7 made by the program
-- or by uuid7(); tables that grow are partitioned by time (partition_ensure) and are dropped, not
-- emptied; every tenant table has FORCE ROW LEVEL SECURITY (security.md T-I4).

CREATE FUNCTION uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

-- The scope of the transaction, set by db.h with set_config(..., true). NULL when nobody is set.
CREATE FUNCTION scope_org() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('sekisho.org', true), '')::uuid $$;
CREATE FUNCTION scope_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('sekisho.account', true), '')::uuid $$;

------------------------------------------------------------------ organisations and people

CREATE TABLE org (
  org_id         uuid PRIMARY KEY,
  name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  lang           text NOT NULL DEFAULT 'en',
  tz             text NOT NULL DEFAULT 'UTC',
  retention_days int  NOT NULL DEFAULT 30 CHECK (retention_days BETWEEN 1 AND 3650),
  body_key       bytea NOT NULL,              -- AES-256 key of the bodies, sealed with the master key
  created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE domain (
  org_id          uuid NOT NULL REFERENCES org,
  domain_id       uuid NOT NULL,
  name            text NOT NULL CHECK (name = lower(name)),   -- A-labels
  state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended')),
  check_recipients boolean NOT NULL DEFAULT false,            -- only listed recipients are accepted
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, domain_id),
  CONSTRAINT domain_taken UNIQUE (name)       -- once in the installation
);

-- Inbound servers: where accepted mail goes. recipient '*' or an exact address (spec A06, A07).
CREATE TABLE domain_server (
  org_id     uuid NOT NULL,
  domain_id  uuid NOT NULL,
  server_id  uuid NOT NULL,
  recipient  text NOT NULL DEFAULT '*',
  host       text NOT NULL,
  port       int  NOT NULL DEFAULT 25 CHECK (port BETWEEN 1 AND 65535),
  preference int  NOT NULL DEFAULT 10 CHECK (preference BETWEEN 1 AND 100),
  PRIMARY KEY (org_id, domain_id, server_id),
  CONSTRAINT server_twice UNIQUE (org_id, domain_id, recipient, host, port),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);

-- Valid recipients of domains with check_recipients.
CREATE TABLE recipient (
  org_id    uuid NOT NULL,
  domain_id uuid NOT NULL,
  address   text NOT NULL CHECK (address = lower(address)),
  PRIMARY KEY (org_id, address),
  FOREIGN KEY (org_id, domain_id) REFERENCES domain ON DELETE CASCADE
);

CREATE TABLE account (
  org_id       uuid NOT NULL REFERENCES org,
  account_id   uuid NOT NULL,
  address      text NOT NULL CHECK (address = lower(address)),
  name         text NOT NULL DEFAULT '' CHECK (length(name) <= 200),
  role         text NOT NULL CHECK (role IN
                 ('operator', 'owner', 'domain_admin', 'help_desk', 'auditor', 'user')),
  lang         text,                           -- NULL: the organisation's
  tz           text,
  theme        text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
  page_size    int  NOT NULL DEFAULT 50 CHECK (page_size IN (10, 25, 50, 100)),
  shortcuts    boolean NOT NULL DEFAULT true,
  password     text,                           -- $s1$... (libscrypt MCF); NULL: cannot sign in by password
  has_password boolean GENERATED ALWAYS AS (password IS NOT NULL) STORED,
  state        text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_sign_in timestamptz,
  PRIMARY KEY (org_id, account_id),
  CONSTRAINT address_taken UNIQUE (address)
);

-- Whose mail an account sees in the portal. An account has its own address here when it is in a
-- managed domain; shared mailboxes give several accounts the same address.
CREATE TABLE account_mailbox (
  org_id     uuid NOT NULL,
  account_id uuid NOT NULL,
  address    text NOT NULL CHECK (address = lower(address)),
  PRIMARY KEY (org_id, account_id, address),
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
CREATE INDEX account_mailbox_address ON account_mailbox (org_id, address);

CREATE FUNCTION scope_mailboxes() RETURNS SETOF text LANGUAGE sql STABLE AS
  $$ SELECT address FROM account_mailbox WHERE org_id = scope_org() AND account_id = scope_account() $$;

-- Only the SHA-256 of the session id is stored (A-55). surface: which of the two web programs.
CREATE TABLE session (
  session_hash bytea PRIMARY KEY CHECK (length(session_hash) = 32),
  org_id       uuid NOT NULL,
  account_id   uuid NOT NULL,
  surface      text NOT NULL CHECK (surface IN ('admin', 'portal')),
  csrf         bytea NOT NULL CHECK (length(csrf) = 32),
  created_at   timestamptz NOT NULL DEFAULT now(),
  seen_at      timestamptz NOT NULL DEFAULT now(),
  client_ip    text NOT NULL DEFAULT '',
  agent        text NOT NULL DEFAULT '',
  flash        jsonb,                          -- one message for the next page
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);
CREATE INDEX session_account ON session (org_id, account_id);

-- The engine says so after a right password: who brings the ticket gets one session for this account.
-- The web programs bring tickets and cannot write any.
CREATE TABLE sign_in_ticket (
  ticket_hash bytea PRIMARY KEY CHECK (length(ticket_hash) = 32),
  org_id      uuid NOT NULL,
  account_id  uuid NOT NULL,
  surface     text NOT NULL CHECK (surface IN ('admin', 'portal')),
  expires_at  timestamptz NOT NULL DEFAULT now() + interval '1 minute',
  FOREIGN KEY (org_id, account_id) REFERENCES account ON DELETE CASCADE
);

-- Token buckets of T-W10; losing them in a crash is harmless.
CREATE UNLOGGED TABLE rate_bucket (
  key        text PRIMARY KEY CHECK (length(key) <= 400),
  tokens     double precision NOT NULL,
  updated_at timestamptz NOT NULL
);

-- One-time links: first-run set-up today, activation and reset later.
CREATE TABLE one_time_link (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  purpose    text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);

------------------------------------------------------------------ mail

-- One row per message and organisation: a message to two organisations is two rows with two ids.
CREATE TABLE message (
  org_id          uuid NOT NULL,
  message_id      uuid NOT NULL,
  received_at     timestamptz NOT NULL,
  node            text NOT NULL,
  direction       text NOT NULL CHECK (direction IN ('in', 'out')),
  queue_id        text,                        -- Postfix's, long form
  client_ip       text NOT NULL DEFAULT '',
  client_name     text NOT NULL DEFAULT '',
  helo            text NOT NULL DEFAULT '',
  tls             text NOT NULL DEFAULT '',    -- "TLSv1.3", "" = none
  envelope_sender text NOT NULL,               -- "" = null sender
  sender_domain   text NOT NULL DEFAULT '',
  header_from     text NOT NULL DEFAULT '',    -- address
  header_from_name text NOT NULL DEFAULT '',
  header_id       text NOT NULL DEFAULT '',    -- Message-ID
  subject         text NOT NULL DEFAULT '',
  bytes           bigint NOT NULL,
  sha256          bytea NOT NULL,              -- of the original bytes
  verdict         text NOT NULL,               -- clean, spam, malware, unscannable ...
  score           double precision NOT NULL DEFAULT 0,
  threshold       double precision NOT NULL DEFAULT 0,
  reasons         jsonb NOT NULL DEFAULT '[]', -- [{"code": "...", "severity": "...", "slots": {...}}]
  scan            jsonb NOT NULL DEFAULT '{}', -- findings, parts, urls, anomalies as sekisho scan prints them
  scan_us         bigint NOT NULL DEFAULT 0,
  resend_of       uuid,                        -- same envelope and bytes within 24 h: a probable resend
  PRIMARY KEY (org_id, received_at, message_id)
) PARTITION BY RANGE (received_at);
-- Of indexes that look equally good for an empty partition the planner takes the one made last, and
-- plans made then are kept for a while: the most selective ones come last.
CREATE INDEX message_header_idx ON message (header_id) WHERE header_id <> '';
CREATE INDEX message_sha_idx ON message (org_id, sha256, received_at);
CREATE INDEX message_queue_idx ON message (queue_id) WHERE queue_id IS NOT NULL;
CREATE INDEX message_id_idx ON message (message_id);

-- The mailbox of an address: user+tag@domain is user@domain, as Postfix has it (recipient_delimiter).
-- A quoted local part is left alone.
CREATE FUNCTION mailbox_of(p_address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT regexp_replace(p_address, '^([^"+@][^"+@]*)[+][^"@]*(@[^@]*)$', '\1\2') $$;

-- Exactly one place for every accepted recipient: state is that place.
--   passed      accepted by us, Postfix has not said anything yet
--   queued      in Postfix's queue       deferred   in the queue, at least one attempt failed
--   delivered   bounced   expired        final, from Postfix's log
--   held        in quarantine            releasing  somebody pressed Deliver, not yet re-injected
--   deleted     by a person, bytes still kept until expires_at (can be put back)
--   purged      bytes are gone: expired in quarantine or deleted for good
--   rejected    refused after DATA       dropped    deleted by a named rule
--   unaccepted  we said yes but Postfix never took it: the sender was told to try again
CREATE TABLE message_recipient (
  org_id       uuid NOT NULL,
  message_id   uuid NOT NULL,
  recipient_id uuid NOT NULL,
  received_at  timestamptz NOT NULL,
  address      text NOT NULL,                  -- envelope recipient, lower case
  domain       text NOT NULL DEFAULT '',
  mailbox      text NOT NULL GENERATED ALWAYS AS (mailbox_of(address)) STORED,
  original     text NOT NULL,                  -- as it came, for re-injection
  state        text NOT NULL CHECK (state IN ('passed', 'queued', 'deferred', 'delivered', 'bounced',
                 'expired', 'held', 'releasing', 'deleted', 'purged', 'rejected', 'dropped', 'unaccepted')),
  state_at     timestamptz NOT NULL DEFAULT now(),
  disposition  text NOT NULL,                  -- deliver, quarantine, reject, delete, hold
  kind         text NOT NULL DEFAULT '',       -- why it is held: spam, malware, unscannable ...
  rule         text NOT NULL DEFAULT '',       -- the policy that decided
  queue_id     text,                           -- of the copy on its way: original or re-injected
  release_id   uuid,                           -- idempotency key of the release
  released_at  timestamptz,
  released_by  uuid,
  deleted_by   uuid,
  expires_at   timestamptz,                    -- held and deleted mail is purged then
  possible_duplicate boolean NOT NULL DEFAULT false,
  PRIMARY KEY (org_id, received_at, message_id, recipient_id)
) PARTITION BY RANGE (received_at);
CREATE INDEX message_recipient_address_idx ON message_recipient (org_id, address, received_at DESC, recipient_id DESC);
CREATE INDEX message_recipient_domain_idx ON message_recipient (org_id, domain, received_at DESC, recipient_id DESC);
CREATE INDEX message_recipient_held_idx ON message_recipient (org_id, received_at DESC, recipient_id DESC)
  INCLUDE (domain, expires_at) WHERE state = 'held'; -- counted on every page
CREATE INDEX message_recipient_deleted_idx ON message_recipient (org_id, received_at DESC, recipient_id DESC)
  WHERE state = 'deleted';
CREATE INDEX message_recipient_held_mailbox_idx ON message_recipient (org_id, mailbox, received_at DESC, recipient_id DESC)
  WHERE state IN ('held', 'deleted');
CREATE INDEX message_recipient_open_idx ON message_recipient (state, state_at)
  WHERE state IN ('passed', 'queued', 'deferred', 'releasing');
CREATE INDEX message_recipient_expiry_idx ON message_recipient (expires_at) WHERE state IN ('held', 'deleted');
CREATE INDEX message_recipient_queue_idx ON message_recipient (queue_id) WHERE queue_id IS NOT NULL;
CREATE INDEX message_recipient_message_idx ON message_recipient (message_id);
CREATE INDEX message_recipient_id_idx ON message_recipient (recipient_id);

-- Original bytes of held mail: zstd, then AES-256-GCM under the organisation's key, in pieces of at
-- most 1 MiB. Written in the transaction that writes the message row, before the milter answers.
CREATE TABLE body (
  org_id      uuid NOT NULL,
  message_id  uuid NOT NULL,
  received_at timestamptz NOT NULL,
  seq         int NOT NULL,
  data        bytea NOT NULL,
  PRIMARY KEY (org_id, received_at, message_id, seq)
) PARTITION BY RANGE (received_at);
CREATE INDEX body_message_idx ON body (message_id);

-- The time line of a message. recipient_id NULL: concerns all recipients.
-- kind: received, scanned, held, passed, refused, viewed, release_requested, released, deleted,
--       undeleted, purged, queued, delivered, deferred, bounced, expired, worker_died, resend ...
CREATE TABLE event (
  org_id       uuid NOT NULL,
  event_id     uuid NOT NULL,
  at           timestamptz NOT NULL,
  message_id   uuid NOT NULL,
  recipient_id uuid,
  kind         text NOT NULL,
  account_id   uuid,                           -- who did it, if a person
  detail       jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (org_id, at, event_id)
) PARTITION BY RANGE (at);
CREATE INDEX event_message_idx ON event (message_id, at);

-- How far the log follower has read Postfix's log; its rows are written in the same transaction.
CREATE TABLE log_position (
  node   text PRIMARY KEY,
  device bigint NOT NULL,
  inode  bigint NOT NULL,
  read_to bigint NOT NULL,
  at     timestamptz NOT NULL DEFAULT now()
);

-- What Postfix's log said about queue ids before or without a row of ours: proof of acceptance and
-- of releases that were sent but not recorded (security.md 4.2).
CREATE TABLE log_fact (
  node       text NOT NULL,
  queue_id   text NOT NULL,
  at         timestamptz NOT NULL,
  release_id uuid,
  nrcpt      int,
  done       boolean NOT NULL DEFAULT false,   -- "removed"
  notice     boolean NOT NULL DEFAULT false,   -- Postfix's own: a bounce or another delivery notice
  PRIMARY KEY (node, queue_id)
);
CREATE INDEX log_fact_release_idx ON log_fact (release_id) WHERE release_id IS NOT NULL;
CREATE INDEX log_fact_at_idx ON log_fact (at);

------------------------------------------------------------------ audit

-- Append-only, hash-chained per organisation (T-I6). The zero organisation is the installation itself.
CREATE TABLE audit (
  org_id     uuid NOT NULL,
  seq        bigint NOT NULL,
  at         timestamptz NOT NULL,
  account_id uuid,
  actor      text NOT NULL,                    -- address, or "system", "cli:root"
  surface    text NOT NULL CHECK (surface IN ('admin', 'portal', 'cli', 'engine')),
  client_ip  text NOT NULL DEFAULT '',
  event      text NOT NULL,                    -- "domain.added": texts by id in the console
  object     text NOT NULL DEFAULT '',
  detail     jsonb NOT NULL DEFAULT '{}',      -- {"before": {...}, "after": {...}} for changes
  prev       bytea NOT NULL,
  hash       bytea NOT NULL,
  PRIMARY KEY (org_id, at, seq)
) PARTITION BY RANGE (at);
CREATE INDEX audit_seq_idx ON audit (org_id, seq DESC);

CREATE TABLE audit_head (
  org_id uuid PRIMARY KEY,
  seq    bigint NOT NULL,
  hash   bytea NOT NULL,
  kept_from bigint NOT NULL DEFAULT 1,         -- rows below were dropped by retention
  kept_prev bytea NOT NULL DEFAULT '\x0000000000000000000000000000000000000000000000000000000000000000'
);

-- Canonical text of a row; sekisho audit verify computes the same in C.
CREATE FUNCTION audit_canonical(a audit) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_array(a.org_id, a.seq, floor(extract(epoch FROM a.at) * 1000000)::bigint, a.account_id,
           a.actor, a.surface, a.client_ip, a.event, a.object, a.detail)::text
$$;

CREATE FUNCTION audit_add(p_org uuid, p_account uuid, p_actor text, p_surface text, p_ip text,
                          p_event text, p_object text, p_detail jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  h audit_head;
  r audit;
BEGIN
  -- Web programs write about their own organisation; signing in and out happens before a scope is set.
  IF session_user IN ('sekisho_console', 'sekisho_portal') AND p_org IS DISTINCT FROM scope_org()
     AND NOT (scope_org() IS NULL AND p_event LIKE 'session.%') THEN
    RAISE EXCEPTION 'audit row of another organisation' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO audit_head (org_id, seq, hash) VALUES (p_org, 0, decode(repeat('00', 32), 'hex'))
    ON CONFLICT (org_id) DO NOTHING;
  SELECT * INTO h FROM audit_head WHERE org_id = p_org FOR UPDATE;
  r.org_id := p_org;      r.seq := h.seq + 1;     r.at := date_trunc('milliseconds', clock_timestamp());
  r.account_id := p_account; r.actor := p_actor;  r.surface := p_surface; r.client_ip := p_ip;
  r.event := p_event;     r.object := p_object;   r.detail := coalesce(p_detail, '{}');
  r.prev := h.hash;
  r.hash := sha256(h.hash || convert_to(audit_canonical(r), 'UTF8'));
  INSERT INTO audit SELECT r.*;
  UPDATE audit_head SET seq = r.seq, hash = r.hash WHERE org_id = p_org;
  RETURN r.seq;
END $$;

CREATE FUNCTION audit_immutable() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'audit rows are never changed' USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_immutable();

------------------------------------------------------------------ partitions

-- Makes the weekly partitions of all time-partitioned tables from one week back to p_ahead weeks on.
-- Names: message_p20261123 (Monday, UTC). Called at migration and daily by the jobs role.
CREATE FUNCTION partition_ensure(p_ahead int DEFAULT 4) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t text; w date; made int := 0; part text;
  monday date := date_trunc('week', now() AT TIME ZONE 'UTC')::date;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c WHERE c.relkind = 'p' AND c.relnamespace = 'public'::regnamespace ORDER BY c.oid LOOP
    FOR i IN -1..p_ahead LOOP
      w := monday + 7 * i;
      part := format('%s_p%s', t, to_char(w, 'YYYYMMDD'));
      IF to_regclass(part) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, t,
                       w::text || ' 00:00:00+00', (w + 7)::text || ' 00:00:00+00');
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

SELECT partition_ensure();
