-- Digests: links in mails that act without signing in, and who gets a digest when.

------------------------------------------------------------------ links

-- Generations of the keys of links (engine/link/link_token.h). A link is good while its generation is not revoked, so
-- that all links can be made worthless at once, at once.
CREATE TABLE link_key (
  kid        int PRIMARY KEY CHECK (kid BETWEEN 1 AND 65535),
  made_at    timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
INSERT INTO link_key (kid) VALUES (1);

-- A link acts once. entry_id: what it put on a sender list, for Undo.
CREATE TABLE link_used (
  org_id       uuid NOT NULL REFERENCES org,
  token_hash   bytea NOT NULL CHECK (length(token_hash) = 32),
  recipient_id uuid NOT NULL,
  action       text NOT NULL CHECK (action IN ('deliver', 'allow', 'delete', 'block', 'ask')),
  used_at      timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  entry_id     uuid,
  PRIMARY KEY (org_id, token_hash)
);
CREATE INDEX link_used_expiry_idx ON link_used (expires_at);

-- What of held mail may be done by a link in a mail: what the organisation lets people do with that kind (0024-rights.sql), and for
-- kinds that they may not deliver themselves to read it and to ask, nothing else. list: may it stand in a digest at all.
CREATE FUNCTION link_may(p_org uuid, p_kind text, p_action text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT CASE WHEN k.kind = 'malware' OR NOT 'view' = ANY (r.rights) THEN false
                               WHEN p_action IN ('list', 'read') THEN true
                               WHEN p_action = 'ask' THEN 'ask' = ANY (r.rights)
                               WHEN NOT 'deliver' = ANY (r.rights) THEN false
                               WHEN p_action = 'deliver' THEN true
                               WHEN p_action = 'allow' THEN 'approve' = ANY (r.rights)
                               WHEN p_action IN ('delete', 'block') THEN p_action = ANY (r.rights)
                               ELSE false END
                    FROM quarantine_kinds() k LEFT JOIN quarantine_right q ON q.org_id = p_org AND q.kind = k.kind
                         CROSS JOIN LATERAL (SELECT coalesce(q.rights, k.standard)) r(rights)
                   WHERE k.kind = p_kind), false)
$$;

------------------------------------------------------------------ rules

-- One row for an organisation that has changed something. links: "act" without signing in, or "signin": pages of links
-- show the message and ask to sign in.
CREATE TABLE digest_setting (
  org_id    uuid PRIMARY KEY REFERENCES org,
  users_may boolean NOT NULL DEFAULT true,  -- people may turn theirs off and choose other times
  instant   boolean NOT NULL DEFAULT true,  -- ... and ask for a notice for each message
  links     text NOT NULL DEFAULT 'act' CHECK (links IN ('act', 'signin')),
  link_days int NOT NULL DEFAULT 14 CHECK (link_days BETWEEN 1 AND 90)
);

CREATE FUNCTION digest_zone_known(p_tz text) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM now() AT TIME ZONE p_tz;
  RETURN p_tz ~ '^[A-Za-z][A-Za-z0-9_+/-]*$';
EXCEPTION WHEN OTHERS THEN
  RETURN false;
END $$;

-- The next moment after p_after that is one of the times (minutes of the day) on one of the days (bits, Monday is 1) in a time
-- zone. Times that do not exist on a day (clocks go forward) are the moment that far after midnight's offset, as PostgreSQL has it.
CREATE FUNCTION digest_next(p_days int, p_times int[], p_tz text, p_after timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT min(x.at) FROM (
    SELECT ((p_after AT TIME ZONE p_tz)::date + d + make_interval(mins => t)) AT TIME ZONE p_tz AS at
      FROM generate_series(-1, 8) d, unnest(p_times) t
     WHERE p_days & (1 << (extract(isodow FROM (p_after AT TIME ZONE p_tz)::date + d)::int - 1)) <> 0) x
   WHERE x.at > p_after
$$;

-- Whose digest comes when. targets: '{}' is everybody, else domains and addresses. Of several rules for a mailbox the one with
-- the smallest priority counts. actions: what a line of the digest offers beside Look; none: look only.
CREATE TABLE digest_rule (
  org_id     uuid NOT NULL REFERENCES org,
  rule_id    uuid NOT NULL,
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  enabled    boolean NOT NULL DEFAULT true,
  priority   int NOT NULL CHECK (priority BETWEEN 1 AND 1000),
  targets    text[] NOT NULL DEFAULT '{}' CHECK (cardinality(targets) <= 500),
  days       int NOT NULL CHECK (days BETWEEN 1 AND 127),
  times      int[] NOT NULL CHECK (cardinality(times) BETWEEN 1 AND 12 AND 0 <= ALL (times) AND 1440 > ALL (times)),
  tz         text NOT NULL CHECK (length(tz) <= 63),
  format     text NOT NULL DEFAULT 'html' CHECK (format IN ('html', 'text')),
  actions    text[] NOT NULL DEFAULT '{deliver}' CHECK (actions <@ '{deliver,allow,block,delete}'::text[]),
  next_at    timestamptz NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, rule_id),
  CONSTRAINT digest_rule_twice UNIQUE (org_id, name)
);
CREATE INDEX digest_rule_due_idx ON digest_rule (next_at) WHERE enabled;

-- Subject and first words of the organisation's digests, by language; without a row those of the program.
CREATE TABLE digest_text (
  org_id  uuid NOT NULL REFERENCES org,
  lang    text NOT NULL CHECK (lang ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  subject text NOT NULL DEFAULT '' CHECK (length(subject) <= 150),
  intro   text NOT NULL DEFAULT '' CHECK (length(intro) <= 1000),
  PRIMARY KEY (org_id, lang)
);

-- What people chose for a mailbox; NULL: as the rule has it.
CREATE TABLE digest_pref (
  org_id     uuid NOT NULL REFERENCES org,
  address    text NOT NULL CHECK (address = lower(address) AND length(address) <= 320),
  enabled    boolean NOT NULL DEFAULT true,
  days       int CHECK (days BETWEEN 1 AND 127),
  times      int[] CHECK (cardinality(times) BETWEEN 1 AND 12 AND 0 <= ALL (times) AND 1440 > ALL (times)),
  tz         text CHECK (length(tz) <= 63),
  kinds      text[] CHECK (cardinality(kinds) <= 20),
  format     text CHECK (format IN ('html', 'text')),
  lang       text CHECK (length(lang) <= 15),
  together   boolean NOT NULL DEFAULT false, -- with those of the other mailboxes of the account, in one mail to its address
  instant    boolean NOT NULL DEFAULT false, -- a notice soon after a message was held
  quiet_from int CHECK (quiet_from BETWEEN 0 AND 1439), -- no notices then
  quiet_to   int CHECK (quiet_to BETWEEN 0 AND 1439),
  next_at    timestamptz,
  changed_at timestamptz NOT NULL DEFAULT now(),
  together_by uuid, -- of several people of a shared mailbox the one who said so
  instant_at timestamptz NOT NULL DEFAULT now(), -- since when there are notices
  PRIMARY KEY (org_id, address),
  CHECK ((days IS NULL) = (times IS NULL) AND (tz IS NULL) = (times IS NULL) AND (quiet_from IS NULL) = (quiet_to IS NULL))
);
CREATE INDEX digest_pref_due_idx ON digest_pref (next_at) WHERE next_at IS NOT NULL;

-- When the next digest is, by whoever wrote the row: computed here, so that nobody can forget it.
CREATE FUNCTION digest_planned() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.tz IS NOT NULL AND NOT digest_zone_known(NEW.tz) THEN
    RAISE check_violation USING MESSAGE = 'no such time zone', CONSTRAINT = 'digest_zone';
  END IF;
  IF TG_OP = 'INSERT' OR (NEW.days, NEW.times, NEW.tz, NEW.enabled) IS DISTINCT FROM (OLD.days, OLD.times, OLD.tz, OLD.enabled) THEN
    NEW.next_at := CASE WHEN NEW.times IS NULL OR (TG_TABLE_NAME = 'digest_pref' AND NOT NEW.enabled) THEN NULL
                        ELSE digest_next(NEW.days, NEW.times, NEW.tz, now()) END;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER digest_planned BEFORE INSERT OR UPDATE ON digest_rule FOR EACH ROW EXECUTE FUNCTION digest_planned();
CREATE TRIGGER digest_planned BEFORE INSERT OR UPDATE ON digest_pref FOR EACH ROW EXECUTE FUNCTION digest_planned();

CREATE FUNCTION digest_rule_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM org WHERE org_id = NEW.org_id FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM digest_rule WHERE org_id = NEW.org_id) > 50 THEN
    RAISE unique_violation USING MESSAGE = 'there is no room for more rules; delete some first', CONSTRAINT = 'too_many';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER digest_rule_counted AFTER INSERT ON digest_rule FOR EACH ROW EXECUTE FUNCTION digest_rule_counted();

-- The rule that counts for a mailbox.
CREATE FUNCTION digest_rule_of(p_org uuid, p_mailbox text) RETURNS uuid LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT rule_id FROM digest_rule
   WHERE org_id = p_org AND enabled AND (targets = '{}' OR targets && ARRAY[p_mailbox, substring(p_mailbox FROM '[^@]*$')])
   ORDER BY priority, rule_id LIMIT 1
$$;

------------------------------------------------------------------ digests

-- One row for each digest and notice that is planned or was sent: the period makes it one, whoever is killed when. kind:
-- digest, instant (a notice soon after), now (somebody asked for it), test. Planned ones get their lines and go to user_mail in one
-- transaction (digest_fill), so what user_mail has is what was planned. address: where it goes; since, until: what it tells.
CREATE TABLE digest (
  org_id     uuid NOT NULL REFERENCES org,
  digest_id  uuid NOT NULL,
  address    text NOT NULL CHECK (address = lower(address) AND length(address) <= 320),
  kind       text NOT NULL CHECK (kind IN ('digest', 'instant', 'now', 'test')),
  rule_id    uuid,                             -- whose template it has, NULL: the first that fits
  period_at  timestamptz NOT NULL,
  since_at   timestamptz NOT NULL,
  until_at   timestamptz NOT NULL,
  state      text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'queued', 'empty', 'failed')),
  n          int NOT NULL DEFAULT 0,           -- messages that it tells of
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (org_id, digest_id),
  CONSTRAINT digest_once UNIQUE (org_id, address, kind, period_at)
);
CREATE INDEX digest_planned_idx ON digest (created_at) WHERE state = 'planned';
CREATE INDEX digest_created_idx ON digest (created_at);

-- Mail takes some time from its arrival to its row: a digest tells of what arrived before that, the next one of the rest.
CREATE FUNCTION digest_until() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT now() - interval '2 minutes' $$;

-- Kinds of mail that may stand in an organisation's digests.
CREATE FUNCTION digest_kinds(p_org uuid) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(kind), '{}') FROM quarantine_kinds() WHERE link_may(p_org, kind, 'list')
$$;

-- Whose held mail it is, as portal_recipient (0002-access.sql) has it: that of user@..., unless user+tag@... is a mailbox of
-- its own.
CREATE FUNCTION digest_box(p_org uuid, p_address text, p_mailbox text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN p_address <> p_mailbox AND mailbox_apart(p_org, p_address) THEN p_address ELSE p_mailbox END
$$;
-- May people decide about their digests? If not, what they chose before hides nothing.
CREATE FUNCTION digest_users_may(p_org uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS
  $$ SELECT coalesce((SELECT users_may FROM digest_setting WHERE org_id = p_org), true) $$;
-- Where the digest of a mailbox goes: to itself, or with those of the account's other mailboxes to its address, while that one
-- has digests.
CREATE FUNCTION digest_home(p_org uuid, p_mailbox text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT a.address FROM digest_pref p
                     JOIN account a ON a.org_id = p.org_id AND a.account_id = p.together_by AND a.state = 'active'
                     JOIN account_mailbox x ON x.org_id = p.org_id AND x.account_id = a.account_id AND x.address = p.address
                     LEFT JOIN digest_pref h ON h.org_id = a.org_id AND h.address = a.address
                    WHERE p.org_id = p_org AND p.address = p_mailbox AND p.together AND (coalesce(h.enabled, true) OR NOT digest_users_may(p_org))), p_mailbox)
$$;
-- All mailboxes whose digest goes there.
CREATE FUNCTION digest_mailboxes(p_org uuid, p_home text) RETURNS text[] LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT array_agg(x) FROM (
    SELECT p_home AS x WHERE digest_home(p_org, p_home) = p_home
    UNION SELECT p.address FROM account a JOIN account_mailbox b USING (org_id, account_id) JOIN digest_pref p ON p.org_id = b.org_id AND p.address = b.address
     WHERE a.org_id = p_org AND a.address = p_home AND a.state = 'active' AND p.together AND p.together_by = a.account_id
       AND (p.enabled OR NOT digest_users_may(p_org)) AND digest_home(p_org, p.address) = p_home) y
$$;

-- Plans the digests of one rule whose time has come: a row for each mailbox with something new (digest_told in 0030-digest-windows.sql says up
-- to when it was told). How many rules it looked at: 0 means that nothing is due. The rule moves on in the same transaction, to its next
-- time from now on: of times that were slept through there is one digest.
CREATE FUNCTION digest_plan_rule() RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  x digest_rule;
  v_until timestamptz := digest_until();
  v_may boolean;
  v_kinds text[];
BEGIN
  SELECT * INTO x FROM digest_rule WHERE enabled AND next_at <= now() ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  v_may := digest_users_may(x.org_id);
  v_kinds := digest_kinds(x.org_id);
  -- For some ten thousand mailboxes at once: no function is asked for each of them.
  INSERT INTO digest (org_id, digest_id, address, kind, rule_id, period_at, since_at, until_at)
  SELECT x.org_id, uuid7(), h.home, 'digest', x.rule_id, x.next_at, h.since, v_until FROM (
  SELECT k.home, min(k.since) AS since
    FROM (SELECT CASE WHEN p.together THEN digest_home(x.org_id, m.box) ELSE m.box END AS home, m.kind, min(digest_since(t.until_at, t.behind, m.kind)) AS since
            FROM (SELECT CASE WHEN r.address = r.mailbox THEN r.mailbox ELSE digest_box(r.org_id, r.address, r.mailbox) END AS box, r.kind, max(r.received_at) AS newest
                    FROM message_recipient r
                   WHERE r.org_id = x.org_id AND r.state = 'held' AND NOT r.outbound AND r.received_at <= v_until AND r.kind = ANY (v_kinds)
                     AND r.domain IN (SELECT d.name FROM domain d WHERE d.org_id = x.org_id)
                   GROUP BY 1, 2) m
                 LEFT JOIN digest_pref p ON p.org_id = x.org_id AND p.address = m.box
                 LEFT JOIN digest_told t ON t.org_id = x.org_id AND t.box = m.box
           WHERE (coalesce(p.enabled, true) OR NOT v_may) AND m.newest > digest_since(t.until_at, t.behind, m.kind) GROUP BY 1, 2) k
         LEFT JOIN digest_pref q ON q.org_id = x.org_id AND q.address = k.home
   WHERE NOT v_may OR (q.times IS NULL AND coalesce(q.enabled, true) AND (q.kinds IS NULL OR k.kind = ANY (q.kinds)))
   GROUP BY k.home) h
   WHERE x.rule_id = (SELECT y.rule_id FROM digest_rule y WHERE y.org_id = x.org_id AND y.enabled
                         AND (y.targets = '{}' OR y.targets && ARRAY[h.home, substring(h.home FROM '[^@]*$')]) ORDER BY y.priority, y.rule_id LIMIT 1)
  ON CONFLICT ON CONSTRAINT digest_once DO NOTHING;
  UPDATE digest_rule SET next_at = digest_next(days, times, tz, now()) WHERE org_id = x.org_id AND rule_id = x.rule_id;
  RETURN 1;
END $$;

-- The same for people with times of their own, at most p_limit of them. Whose organisation has taken that back goes by its rules.
CREATE FUNCTION digest_plan_own(p_limit int) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  x digest_pref;
  v_until timestamptz := digest_until();
  v_kinds text[];
  n int := 0;
BEGIN
  FOR x IN SELECT * FROM digest_pref WHERE next_at <= now() ORDER BY next_at LIMIT p_limit FOR UPDATE SKIP LOCKED LOOP
    IF x.enabled AND digest_users_may(x.org_id) THEN
      v_kinds := digest_kinds_of(digest_kinds(x.org_id), x.kinds);
      INSERT INTO digest (org_id, digest_id, address, kind, rule_id, period_at, since_at, until_at)
      SELECT x.org_id, uuid7(), x.address, 'digest', digest_rule_of(x.org_id, x.address), x.next_at, min(s.since), v_until
        FROM unnest(digest_mailboxes(x.org_id, x.address)) b(box) LEFT JOIN digest_told t ON t.org_id = x.org_id AND t.box = b.box
             CROSS JOIN LATERAL (SELECT min(digest_since(t.until_at, t.behind, k)) AS since FROM unnest(v_kinds) k) s
       WHERE EXISTS (SELECT FROM message_recipient r
                      WHERE r.org_id = x.org_id AND r.state = 'held' AND NOT r.outbound AND r.mailbox = mailbox_of(b.box) AND r.kind = ANY (v_kinds)
                        AND r.received_at > s.since AND r.received_at > digest_since(t.until_at, t.behind, r.kind) AND r.received_at <= v_until
                        AND digest_box(r.org_id, r.address, r.mailbox) = b.box
                        AND EXISTS (SELECT FROM domain y WHERE y.org_id = r.org_id AND y.name = r.domain))
      HAVING count(*) > 0
      ON CONFLICT ON CONSTRAINT digest_once DO NOTHING;
    END IF;
    UPDATE digest_pref SET next_at = digest_next(days, times, tz, now()) WHERE org_id = x.org_id AND address = x.address;
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;

-- Is it quiet now for somebody who does not want notices at night?
CREATE FUNCTION digest_quiet(p_from int, p_to int, p_tz text) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN p_from IS NULL OR p_from = p_to THEN false
              WHEN p_from < p_to THEN m >= p_from AND m < p_to
              ELSE m >= p_from OR m < p_to END
    FROM (SELECT (extract(hour FROM now() AT TIME ZONE p_tz) * 60 + extract(minute FROM now() AT TIME ZONE p_tz))::int AS m) t
$$;
CREATE INDEX digest_pref_instant_idx ON digest_pref (org_id, address) WHERE instant AND enabled;
-- Notices: at most one in 15 minutes for a mailbox, with all that came meanwhile. A row says when its message was held, and is
-- there a little later: what is younger than 15 seconds waits for the next round, so that none is passed over.
CREATE FUNCTION digest_plan_instant() RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  o record;
  v_until timestamptz := now() - interval '15 seconds';
  n int := 0;
  m int;
BEGIN
  FOR o IN SELECT y.org_id, y.tz, digest_kinds(y.org_id) AS kinds FROM org y LEFT JOIN digest_setting s USING (org_id)
            WHERE coalesce(s.instant AND s.users_may, true) AND EXISTS (SELECT FROM digest_pref p WHERE p.org_id = y.org_id AND p.instant AND p.enabled) LOOP
    WITH due AS (
      INSERT INTO digest (org_id, digest_id, address, kind, rule_id, period_at, since_at, until_at)
      SELECT o.org_id, uuid7(), p.address, 'instant', digest_rule_of(o.org_id, p.address), now(), w.since, v_until
        FROM digest_pref p LEFT JOIN account a ON a.org_id = p.org_id AND a.address = p.address
             LEFT JOIN digest_told t ON t.org_id = p.org_id AND t.box = p.address
             CROSS JOIN LATERAL (SELECT greatest(t.until_at, t.noticed_at, p.instant_at) AS since OFFSET 0) w
       WHERE p.org_id = o.org_id AND p.instant AND p.enabled
         AND (t.noticed_at IS NULL OR t.noticed_at <= now() - interval '15 minutes')
         AND NOT digest_quiet(p.quiet_from, p.quiet_to, coalesce(p.tz, a.tz, o.tz))
         AND EXISTS (SELECT FROM message_recipient r
                      WHERE r.org_id = o.org_id AND r.state = 'held' AND NOT r.outbound AND r.mailbox = mailbox_of(p.address)
                        AND r.state_at > w.since AND r.state_at <= v_until AND r.received_at > w.since - interval '1 hour' AND r.kind = ANY (digest_kinds_of(o.kinds, p.kinds))
                        AND digest_box(r.org_id, r.address, r.mailbox) = p.address)
      ON CONFLICT ON CONSTRAINT digest_once DO NOTHING RETURNING org_id, address)
    INSERT INTO digest_told AS t (org_id, box, noticed_at) SELECT org_id, address, v_until FROM due
    ON CONFLICT (org_id, box) DO UPDATE SET noticed_at = excluded.noticed_at;
    GET DIAGNOSTICS m = ROW_COUNT;
    n := n + m;
  END LOOP;
  RETURN n;
END $$;

-- Lines of a digest, the newest first. A notice goes by when mail was held: it may come at once. What a digest tells begins for
-- each mailbox where that one was told up to, whatever digest told it.
CREATE FUNCTION digest_lines(d digest, p_boxes text[], p_kinds text[], OUT n int, OUT lines jsonb) LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  WITH mine AS (
    SELECT r.org_id, r.received_at, r.message_id, r.recipient_id, b.box, r.kind, r.expires_at
      FROM unnest(p_boxes) b(box) LEFT JOIN digest_told t ON t.org_id = d.org_id AND t.box = b.box
           CROSS JOIN LATERAL (SELECT CASE d.kind WHEN 'digest' THEN min(digest_since(t.until_at, t.behind, k)) ELSE '-infinity' END AS since FROM unnest(p_kinds) k) s
           JOIN message_recipient r ON r.org_id = d.org_id AND r.mailbox = mailbox_of(b.box) AND r.received_at > s.since
     WHERE r.state = 'held' AND r.kind = ANY (p_kinds)
       AND CASE d.kind WHEN 'instant' THEN r.state_at > d.since_at AND r.state_at <= d.until_at
                       WHEN 'digest' THEN r.received_at > digest_since(t.until_at, t.behind, r.kind) AND r.received_at <= d.until_at
                       ELSE r.received_at > d.since_at AND r.received_at <= d.until_at END
       AND CASE WHEN r.address = r.mailbox THEN r.mailbox ELSE digest_box(r.org_id, r.address, r.mailbox) END = b.box
       AND NOT r.outbound AND EXISTS (SELECT FROM domain x WHERE x.org_id = r.org_id AND x.name = r.domain)),
  top AS (SELECT * FROM mine ORDER BY received_at DESC, recipient_id DESC LIMIT 100)
  SELECT (SELECT count(*) FROM mine),
         (SELECT jsonb_agg(jsonb_build_object('m', t.message_id, 'to', t.box, 'k', t.kind, 'own', link_may(t.org_id, t.kind, 'deliver'),
                   'at', floor(extract(epoch FROM t.received_at) * 1000)::bigint, 'until', floor(extract(epoch FROM t.expires_at))::bigint,
                   'name', left(m.header_from_name, 200), 'from', left(CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, 320),
                   'subject', left(m.subject, 300), 'r', t.recipient_id,
                   -- a hundred lines have to fit into user_mail.params
                   'why', CASE WHEN length((m.reasons->0)::text) > 2000 THEN jsonb_build_object('code', m.reasons->0->'code') ELSE m.reasons->0 END)
                   ORDER BY t.received_at DESC, t.recipient_id DESC)
            FROM top t JOIN message m USING (org_id, received_at, message_id))
    INTO n, lines;
END $$;

-- Gives one planned digest its lines and queues it; how many messages it tells of.
CREATE FUNCTION digest_fill_one(d digest, p_kinds text[]) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  p digest_pref;
  u digest_rule;
  o record;
  v_n int := 3;
  v_lines jsonb := '[]';
  v_boxes text[] := CASE d.kind WHEN 'digest' THEN digest_mailboxes(d.org_id, d.address) ELSE ARRAY[d.address] END;
  v_kinds text[];
BEGIN
  SELECT * INTO p FROM digest_pref WHERE org_id = d.org_id AND address = d.address;
  SELECT * INTO u FROM digest_rule WHERE org_id = d.org_id AND rule_id = coalesce(d.rule_id, digest_rule_of(d.org_id, d.address));
  SELECT x.lang AS org_lang, x.tz AS org_tz, a.lang, a.tz, coalesce(s.links, 'act') AS links, coalesce(s.link_days, 14) AS days,
         coalesce(s.users_may, true) AS users_may INTO o
    FROM org x LEFT JOIN account a ON a.org_id = x.org_id AND a.address = d.address LEFT JOIN digest_setting s ON s.org_id = x.org_id
   WHERE x.org_id = d.org_id;
  v_kinds := digest_kinds_of(p_kinds, CASE WHEN o.users_may THEN p.kinds END);
  IF d.kind <> 'test' THEN
    SELECT l.n, l.lines INTO v_n, v_lines FROM digest_lines(d, v_boxes, v_kinds) l;
  END IF;
  -- What it does not look at it has not told: kinds that are left out, mailboxes of a domain that is not here now.
  IF d.kind = 'digest' THEN
    INSERT INTO digest_told AS t (org_id, box, until_at, digest_id, behind, before_behind)
    SELECT d.org_id, b, d.until_at, d.digest_id, digest_behind('-infinity', '{}', v_kinds), '{}' FROM unnest(v_boxes) b
     WHERE EXISTS (SELECT FROM domain y WHERE y.org_id = d.org_id AND y.name = substring(b FROM '[^@]*$'))
    ON CONFLICT (org_id, box) DO UPDATE SET until_at = excluded.until_at, behind = digest_behind(t.until_at, t.behind, v_kinds),
        before_at = CASE WHEN v_n > 0 THEN t.until_at ELSE t.before_at END, before_behind = CASE WHEN v_n > 0 THEN t.behind ELSE t.before_behind END,
        digest_id = CASE WHEN v_n > 0 THEN excluded.digest_id ELSE t.digest_id END
      WHERE t.until_at <= excluded.until_at;
  END IF;
  IF v_n = 0 THEN
    RETURN 0;
  END IF;
  -- What waits while Postfix is away is sent late rather than never.
  PERFORM user_mail_add(d.org_id, d.address, coalesce(p.lang, o.lang, o.org_lang), 'digest', jsonb_build_object(
    'digest', d.digest_id, 'kind', d.kind, 'n', v_n, 'lines', v_lines, 'tz', coalesce(p.tz, o.tz, o.org_tz),
    'format', coalesce(p.format, u.format, 'html'), 'actions', to_jsonb(coalesce(u.actions, '{deliver}')), 'links', o.links, 'days', o.days,
    'kid', (SELECT max(kid) FROM link_key WHERE revoked_at IS NULL), 'off', o.users_may,
    'text', (SELECT jsonb_build_object('subject', t.subject, 'intro', t.intro) FROM digest_text t
              WHERE t.org_id = d.org_id AND t.lang = coalesce(p.lang, o.lang, o.org_lang))),
    NULL, now() + CASE d.kind WHEN 'digest' THEN interval '5 days' ELSE interval '1 day' END, d.digest_id::text, NULL);
  RETURN v_n;
END $$;
-- At most p_limit of them; how many. One that cannot be made keeps no other from being sent, and its mailboxes are told the next time.
CREATE FUNCTION digest_fill(p_limit int) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  d digest;
  v_org uuid;
  v_kinds text[];
  v_n int;
  done int := 0;
BEGIN
  FOR d IN SELECT * FROM digest WHERE state = 'planned' ORDER BY created_at LIMIT p_limit FOR UPDATE SKIP LOCKED LOOP
    IF v_org IS DISTINCT FROM d.org_id THEN
      v_org := d.org_id;
      v_kinds := digest_kinds(v_org);
    END IF;
    BEGIN
      v_n := digest_fill_one(d, v_kinds);
    EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
      v_n := -1;
      RAISE WARNING 'digest % of % was not made: %', d.digest_id, d.org_id, SQLERRM;
    END;
    UPDATE digest SET state = CASE sign(v_n) WHEN 1 THEN 'queued' WHEN 0 THEN 'empty' ELSE 'failed' END, n = greatest(v_n, 0)
     WHERE org_id = d.org_id AND digest_id = d.digest_id;
    done := done + 1;
  END LOOP;
  RETURN done;
END $$;

-- A digest for somebody who asks for one: "planned", "soon" when there was one within the hour, "empty" when nothing that it would show
-- is held.
CREATE FUNCTION digest_ask(p_org uuid, p_address text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_kinds text[];
BEGIN
  IF p_org IS DISTINCT FROM scope_org() OR NOT EXISTS (SELECT FROM scope_mailboxes() x WHERE x = p_address) THEN
    RAISE EXCEPTION 'digest of somebody else' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(p_org::text || p_address, 25));
  IF EXISTS (SELECT FROM digest WHERE org_id = p_org AND address = p_address AND kind = 'now' AND period_at > now() - interval '1 hour') THEN
    RETURN 'soon';
  END IF;
  v_kinds := digest_kinds_of(digest_kinds(p_org), (SELECT p.kinds FROM digest_pref p
                                                    WHERE p.org_id = p_org AND p.address = p_address AND digest_users_may(p_org)));
  IF NOT EXISTS (SELECT FROM message_recipient r WHERE r.org_id = p_org AND r.mailbox = mailbox_of(p_address) AND r.state = 'held' AND NOT r.outbound
                    AND r.kind = ANY (v_kinds) AND digest_box(r.org_id, r.address, r.mailbox) = p_address
                    AND EXISTS (SELECT FROM domain x WHERE x.org_id = r.org_id AND x.name = r.domain)) THEN
    RETURN 'empty';
  END IF;
  INSERT INTO digest (org_id, digest_id, address, kind, period_at, since_at, until_at)
    VALUES (p_org, uuid7(), p_address, 'now', now(), '-infinity', now());
  RETURN 'planned';
END $$;

-- The end of digests and notices by the link in one (RFC 8058), for all mailboxes that this mail told of. The address, or NULL: the
-- organisation does not let people.
CREATE FUNCTION digest_off(p_org uuid, p_digest uuid, p_ip text, p_act boolean) RETURNS TABLE (address text, lang text, done boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_boxes text[];
BEGIN
  RETURN QUERY SELECT d.address, coalesce(p.lang, a.lang, o.lang), NOT coalesce(p.enabled, true)
    FROM digest d JOIN org o USING (org_id) LEFT JOIN account a ON a.org_id = d.org_id AND a.address = d.address
         LEFT JOIN digest_pref p ON p.org_id = d.org_id AND p.address = d.address
   WHERE d.org_id = p_org AND d.digest_id = p_digest AND digest_users_may(p_org);
  IF FOUND AND p_act THEN
    SELECT array_agg(DISTINCT b) INTO v_boxes
      FROM (SELECT d.address AS b FROM digest d WHERE d.org_id = p_org AND d.digest_id = p_digest
            UNION SELECT unnest(digest_mailboxes(d.org_id, d.address)) FROM digest d WHERE d.org_id = p_org AND d.digest_id = p_digest) y;
    WITH x AS (
      INSERT INTO digest_pref AS t (org_id, address, enabled) SELECT p_org, b, false FROM unnest(v_boxes) b
      ON CONFLICT ON CONSTRAINT digest_pref_pkey DO UPDATE SET enabled = false, instant = false, changed_at = now() WHERE t.enabled RETURNING t.address)
    SELECT max(audit_add(p_org, link_person(p_org, x.address), x.address, 'portal', p_ip, 'digest.off', x.address, '{}')) FROM x INTO lang;
  END IF;
END $$;

------------------------------------------------------------------ access

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['link_used', 'digest_setting', 'digest_rule', 'digest_text', 'digest_pref', 'digest'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY all_orgs ON %I TO sekisho_owner, sekisho_engine, sekisho_jobs USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own_org ON %I TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['digest_setting', 'digest_rule'] LOOP
    EXECUTE format('CREATE POLICY portal_reads ON %I FOR SELECT TO sekisho_portal USING (org_id = (SELECT scope_org()))', t);
  END LOOP;
END $$;
CREATE POLICY own_mailboxes ON digest FOR SELECT TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND address = ANY (ARRAY(SELECT scope_mailboxes())));
CREATE POLICY own_mailboxes ON digest_pref TO sekisho_portal
  USING (org_id = (SELECT scope_org()) AND address = ANY (ARRAY(SELECT scope_mailboxes())))
  WITH CHECK (org_id = (SELECT scope_org()) AND address = ANY (ARRAY(SELECT scope_mailboxes())));

GRANT SELECT ON link_key TO sekisho_engine, sekisho_jobs;
GRANT SELECT ON link_used, digest_setting, digest_pref TO sekisho_engine;
GRANT SELECT, DELETE ON link_used TO sekisho_jobs;
GRANT SELECT ON digest_setting, digest_text TO sekisho_jobs;
GRANT SELECT, UPDATE (next_at) ON digest_rule, digest_pref TO sekisho_jobs;
GRANT SELECT (org_id, account_id, address, lang, tz, state) ON account TO sekisho_jobs;
GRANT SELECT ON account_mailbox TO sekisho_jobs;
GRANT SELECT, INSERT, DELETE, UPDATE (state, n) ON digest TO sekisho_jobs;
GRANT SELECT, INSERT (org_id, digest_id, address, kind, rule_id, period_at, since_at, until_at) ON digest TO sekisho_console;
GRANT SELECT ON digest TO sekisho_portal;
GRANT EXECUTE ON FUNCTION digest_until(), digest_kinds(uuid), digest_home(uuid, text), digest_mailboxes(uuid, text),
  digest_plan_rule(), digest_plan_own(int), digest_quiet(int, int, text), digest_plan_instant(), digest_lines(digest, text[], text[]), digest_fill_one(digest, text[]), digest_fill(int),
  digest_users_may(uuid) TO sekisho_jobs;
GRANT EXECUTE ON FUNCTION digest_box(uuid, text, text), mailbox_apart(uuid, text) TO sekisho_jobs, sekisho_engine;
GRANT EXECUTE ON FUNCTION digest_ask(uuid, text) TO sekisho_portal;
GRANT EXECUTE ON FUNCTION digest_off(uuid, uuid, text, boolean) TO sekisho_engine;
GRANT SELECT, INSERT, UPDATE ON digest_setting, digest_text TO sekisho_console;
GRANT DELETE ON digest_text TO sekisho_console;
GRANT SELECT, INSERT, DELETE, UPDATE (name, enabled, priority, targets, days, times, tz, format, actions, next_at, changed_at) ON digest_rule TO sekisho_console;
GRANT SELECT ON digest_setting, digest_rule TO sekisho_portal;
GRANT SELECT, INSERT, UPDATE (enabled, days, times, tz, kinds, format, lang, together, together_by, instant, quiet_from, quiet_to, changed_at, next_at)
  ON digest_pref TO sekisho_portal;
GRANT EXECUTE ON FUNCTION link_may(uuid, text, text) TO sekisho_engine, sekisho_jobs;
GRANT EXECUTE ON FUNCTION digest_zone_known(text), digest_next(int, int[], text, timestamptz), digest_rule_of(uuid, text)
  TO sekisho_jobs, sekisho_console, sekisho_portal;

------------------------------------------------------------------ what links do

-- The person at a mailbox, when he has an account.
CREATE FUNCTION link_person(p_org uuid, p_mailbox text) RETURNS uuid LANGUAGE sql STABLE SET search_path = public, pg_temp AS
  $$ SELECT account_id FROM account WHERE org_id = p_org AND address = p_mailbox AND state = 'active' $$;

-- What a link that the engine has verified asks for. "done", or why nothing was done: "used" (by this link already), "handled"
-- (otherwise), "denied" (not for this kind of mail, or without signing in), "gone".
CREATE FUNCTION link_act(p_org uuid, p_recipient uuid, p_hash bytea, p_expires timestamptz, p_action text, p_pattern text, p_ip text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r message_recipient;
  v_box text;
  v_who uuid;
  v_entry uuid;
BEGIN
  SELECT * INTO r FROM message_recipient WHERE recipient_id = p_recipient AND org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'gone';
  END IF;
  v_box := digest_box(r.org_id, r.address, r.mailbox);
  v_who := link_person(p_org, v_box);
  IF NOT link_may(p_org, r.kind, p_action) OR EXISTS (SELECT FROM digest_setting WHERE org_id = p_org AND links = 'signin') THEN
    RETURN 'denied';
  END IF;
  IF EXISTS (SELECT FROM link_used WHERE org_id = p_org AND token_hash = p_hash) THEN
    RETURN 'used';
  END IF;
  IF r.state <> 'held' THEN
    RETURN 'handled';
  END IF;
  IF p_action IN ('deliver', 'allow') THEN
    UPDATE message_recipient SET state = 'releasing', state_at = now(), release_id = uuid7(), released_at = now(), released_by = v_who
     WHERE org_id = p_org AND received_at = r.received_at AND message_id = r.message_id AND recipient_id = p_recipient RETURNING * INTO r;
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
      VALUES (p_org, uuid7(), now(), r.message_id, p_recipient, 'release_requested', v_who,
              jsonb_build_object('by', v_box, 'via', 'digest', 'release_id', r.release_id));
  ELSIF p_action IN ('delete', 'block') THEN
    UPDATE message_recipient SET state = 'deleted', state_at = now(), deleted_by = v_who
     WHERE org_id = p_org AND received_at = r.received_at AND message_id = r.message_id AND recipient_id = p_recipient;
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
      VALUES (p_org, uuid7(), now(), r.message_id, p_recipient, 'deleted', v_who, jsonb_build_object('by', v_box, 'via', 'digest'));
  ELSIF p_action = 'ask' AND v_who IS NOT NULL THEN
    INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, sender, subject)
    SELECT p_org, uuid7(), p_recipient, r.message_id, r.received_at, v_who, v_box, r.address, r.domain, r.kind,
           left(CASE m.header_from WHEN '' THEN m.envelope_sender ELSE m.header_from END, 320), left(m.subject, 200)
      FROM message m WHERE m.org_id = p_org AND m.received_at = r.received_at AND m.message_id = r.message_id
    ON CONFLICT (org_id, recipient_id) WHERE state = 'waiting' DO NOTHING;
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
      VALUES (p_org, uuid7(), now(), r.message_id, p_recipient, 'asked', v_who, jsonb_build_object('by', v_box, 'via', 'digest'));
  ELSE
    RETURN 'denied';
  END IF;
  IF p_action IN ('allow', 'block') THEN
    v_entry := link_sender(p_org, v_box, CASE p_action WHEN 'allow' THEN 'approved' ELSE 'blocked' END, p_pattern, p_ip);
  END IF;
  INSERT INTO link_used (org_id, token_hash, recipient_id, action, expires_at, entry_id)
    VALUES (p_org, p_hash, p_recipient, p_action, p_expires, v_entry);
  PERFORM audit_add(p_org, v_who, v_box, 'portal', p_ip,
                    CASE WHEN p_action IN ('deliver', 'allow') THEN 'mail.released' WHEN p_action = 'ask' THEN 'request.asked' ELSE 'mail.deleted' END, r.address,
                    jsonb_build_object('recipient_id', p_recipient, 'message', r.message_id, 'kind', r.kind, 'via', 'digest'));
  RETURN 'done';
END $$;

-- Undoes what this link did, as far as that is true: mail that it deleted, and nobody else since, is held again and the link works
-- again; the sender goes off the list.
CREATE FUNCTION link_undo(p_org uuid, p_recipient uuid, p_hash bytea, p_ip text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r message_recipient;
  u link_used;
  v_box text;
BEGIN
  SELECT * INTO r FROM message_recipient WHERE recipient_id = p_recipient AND org_id = p_org FOR UPDATE;
  SELECT * INTO u FROM link_used WHERE org_id = p_org AND token_hash = p_hash FOR UPDATE;
  IF u.token_hash IS NULL OR r.recipient_id IS NULL THEN
    RETURN 'gone';
  END IF;
  v_box := digest_box(r.org_id, r.address, r.mailbox);
  IF u.entry_id IS NOT NULL THEN
    PERFORM link_sender_undo(p_org, v_box, u.entry_id, p_ip);
    UPDATE link_used SET entry_id = NULL WHERE org_id = p_org AND token_hash = p_hash;
  END IF;
  IF u.action NOT IN ('delete', 'block') THEN
    RETURN 'done';
  END IF;
  IF r.state <> 'deleted' OR r.state_at <> u.used_at OR r.expires_at <= now() THEN
    RETURN 'handled';
  END IF;
  UPDATE message_recipient SET state = 'held', state_at = now(), deleted_by = NULL
   WHERE org_id = p_org AND received_at = r.received_at AND message_id = r.message_id AND recipient_id = p_recipient;
  DELETE FROM link_used WHERE org_id = p_org AND token_hash = p_hash;
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
    VALUES (p_org, uuid7(), now(), r.message_id, p_recipient, 'undeleted', link_person(p_org, v_box), jsonb_build_object('by', v_box, 'via', 'digest'));
  PERFORM audit_add(p_org, link_person(p_org, v_box), v_box, 'portal', p_ip, 'mail.undeleted', r.address,
                    jsonb_build_object('recipient_id', p_recipient, 'message', r.message_id, 'kind', r.kind, 'via', 'digest'));
  RETURN 'done';
END $$;

-- Somebody read a message by a link.
CREATE FUNCTION link_viewed(p_org uuid, p_recipient uuid, p_ip text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind, account_id, detail)
  SELECT r.org_id, uuid7(), now(), r.message_id, r.recipient_id, 'viewed', link_person(p_org, b.box),
         jsonb_build_object('by', b.box, 'surface', 'portal', 'via', 'digest', 'ip', p_ip)
    FROM message_recipient r CROSS JOIN LATERAL (SELECT digest_box(r.org_id, r.address, r.mailbox) AS box) b
   WHERE r.org_id = p_org AND r.recipient_id = p_recipient
$$;

-- A link that was refused: in the log of its organisation, or of the installation when it is not known whose it is. At most 60 an
-- hour each, since everybody can send what is no link.
CREATE FUNCTION link_refused(p_org uuid, p_object text, p_why text, p_ip text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_org uuid := coalesce((SELECT org_id FROM org WHERE org_id = p_org), '00000000-0000-0000-0000-000000000000');
  v_tokens double precision;
BEGIN
  INSERT INTO rate_bucket AS b (key, tokens, updated_at) VALUES ('link-refused ' || v_org, 59, now())
  ON CONFLICT (key) DO UPDATE SET tokens = least(60, b.tokens + extract(epoch FROM now() - b.updated_at) / 60) - 1, updated_at = now()
    WHERE least(60, b.tokens + extract(epoch FROM now() - b.updated_at) / 60) >= 1
  RETURNING tokens INTO v_tokens;
  IF FOUND THEN
    PERFORM audit_add(v_org, NULL, 'link', 'portal', left(p_ip, 64), 'link.refused', left(p_object, 320), jsonb_build_object('why', p_why));
  END IF;
END $$;

-- All links in mails that were sent are worthless from now on.
CREATE FUNCTION link_revoke(p_actor text) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_kid int;
BEGIN
  LOCK TABLE link_key IN EXCLUSIVE MODE;
  UPDATE link_key SET revoked_at = now() WHERE revoked_at IS NULL;
  INSERT INTO link_key (kid) SELECT max(kid) + 1 FROM link_key RETURNING kid INTO v_kid;
  PERFORM audit_add('00000000-0000-0000-0000-000000000000', NULL, p_actor, 'cli', '', 'link.revoked', '', jsonb_build_object('kid', v_kid));
  RETURN v_kid;
END $$;

GRANT EXECUTE ON FUNCTION link_act(uuid, uuid, bytea, timestamptz, text, text, text), link_undo(uuid, uuid, bytea, text),
  link_viewed(uuid, uuid, text), link_refused(uuid, text, text, text) TO sekisho_engine;
