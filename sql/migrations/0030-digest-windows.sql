-- Digests: whose mail stands in which one, and up to when a mailbox was told, for each mailbox by itself.

-- Whose held mail it is, as portal_recipient (0002-access.sql) has it: that of user@..., unless user+tag@... is a mailbox of
-- its own.
CREATE FUNCTION digest_box(p_org uuid, p_address text, p_mailbox text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN p_address <> p_mailbox AND mailbox_apart(p_org, p_address) THEN p_address ELSE p_mailbox END
$$;

-- Up to when a mailbox was told: until_at by digests (when mail came), noticed_at by notices (when it was held). behind: kinds that
-- the last digest left out, because the person or the organisation did not want them there, with the time up to which they were
-- told before; whoever wants them again hears of what is still held. digest_id is the last digest, before_at and before_behind what
-- was true before it: a digest that was never sent has told nothing.
CREATE TABLE digest_told (
  org_id     uuid NOT NULL REFERENCES org,
  box        text NOT NULL,
  until_at   timestamptz NOT NULL DEFAULT '-infinity',
  before_at  timestamptz NOT NULL DEFAULT '-infinity',
  digest_id  uuid,
  noticed_at timestamptz NOT NULL DEFAULT '-infinity',
  behind        jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(behind) = 'object'),
  before_behind jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (org_id, box)
);
ALTER TABLE digest_told ENABLE ROW LEVEL SECURITY;
ALTER TABLE digest_told FORCE ROW LEVEL SECURITY;
CREATE POLICY all_orgs ON digest_told TO sekisho_owner, sekisho_jobs USING (true) WITH CHECK (true);
CREATE POLICY own_org ON digest_told TO sekisho_console USING (org_id = (SELECT scope_org())) WITH CHECK (org_id = (SELECT scope_org()));
GRANT SELECT, INSERT, UPDATE ON digest_told TO sekisho_jobs;
GRANT EXECUTE ON FUNCTION digest_box(uuid, text, text), mailbox_apart(uuid, text) TO sekisho_jobs, sekisho_engine;
-- Up to when it was told of one kind. Written into the statements that ask.
CREATE FUNCTION digest_since(p_until timestamptz, p_behind jsonb, p_kind text) RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT coalesce((p_behind->>p_kind)::timestamptz, p_until, '-infinity') $$;
-- The kinds that a digest of p_kinds leaves behind.
CREATE FUNCTION digest_behind(p_until timestamptz, p_behind jsonb, p_kinds text[]) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(k.kind, coalesce(p_behind->k.kind, to_jsonb(p_until))), '{}') FROM quarantine_kinds() k WHERE k.kind <> ALL (p_kinds)
$$;
GRANT EXECUTE ON FUNCTION digest_since(timestamptz, jsonb, text), digest_behind(timestamptz, jsonb, text[]), quarantine_kinds() TO sekisho_jobs;
INSERT INTO digest_told (org_id, box, until_at, noticed_at)
SELECT org_id, address, coalesce(max(until_at) FILTER (WHERE kind = 'digest'), '-infinity'), coalesce(max(until_at) FILTER (WHERE kind = 'instant'), '-infinity')
  FROM digest WHERE kind IN ('digest', 'instant') GROUP BY org_id, address;

-- Who wants the digest of a mailbox in one mail with his own: of several people of a shared mailbox the one who said so.
-- instant_at: since when there are notices.
ALTER TABLE digest_pref ADD COLUMN together_by uuid, ADD COLUMN instant_at timestamptz NOT NULL DEFAULT now();
UPDATE digest_pref p SET together_by = (
  SELECT a.account_id FROM account_mailbox x JOIN account a ON a.org_id = x.org_id AND a.account_id = x.account_id AND a.state = 'active'
   WHERE x.org_id = p.org_id AND x.address = p.address ORDER BY a.address LIMIT 1) WHERE p.together;
GRANT INSERT (together_by), UPDATE (together_by) ON digest_pref TO sekisho_portal;
-- Notices tell of what is held after they were turned on; saving something else takes none away.
CREATE FUNCTION digest_notices_begin() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.instant_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER digest_notices_begin BEFORE UPDATE ON digest_pref FOR EACH ROW
  WHEN (NEW.instant AND NEW.enabled AND NOT (OLD.instant AND OLD.enabled)) EXECUTE FUNCTION digest_notices_begin();

-- May people decide about their digests? If not, what they chose before hides nothing.
CREATE FUNCTION digest_users_may(p_org uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS
  $$ SELECT coalesce((SELECT users_may FROM digest_setting WHERE org_id = p_org), true) $$;
GRANT EXECUTE ON FUNCTION digest_users_may(uuid) TO sekisho_jobs;

-- Where the digest of a mailbox goes: to itself, or with those of the account's other mailboxes to its address, while that one
-- has digests.
CREATE OR REPLACE FUNCTION digest_home(p_org uuid, p_mailbox text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT a.address FROM digest_pref p
                     JOIN account a ON a.org_id = p.org_id AND a.account_id = p.together_by AND a.state = 'active'
                     JOIN account_mailbox x ON x.org_id = p.org_id AND x.account_id = a.account_id AND x.address = p.address
                     LEFT JOIN digest_pref h ON h.org_id = a.org_id AND h.address = a.address
                    WHERE p.org_id = p_org AND p.address = p_mailbox AND p.together AND (coalesce(h.enabled, true) OR NOT digest_users_may(p_org))), p_mailbox)
$$;
-- All mailboxes whose digest goes there.
CREATE OR REPLACE FUNCTION digest_mailboxes(p_org uuid, p_home text) RETURNS text[] LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT array_agg(x) FROM (
    SELECT p_home AS x WHERE digest_home(p_org, p_home) = p_home
    UNION SELECT p.address FROM account a JOIN account_mailbox b USING (org_id, account_id) JOIN digest_pref p ON p.org_id = b.org_id AND p.address = b.address
     WHERE a.org_id = p_org AND a.address = p_home AND a.state = 'active' AND p.together AND p.together_by = a.account_id
       AND (p.enabled OR NOT digest_users_may(p_org)) AND digest_home(p_org, p.address) = p_home) y
$$;
DROP FUNCTION digest_told(uuid, text, boolean);

-- Of the kinds that may stand in an organisation's digests those that somebody chose; NULL: all.
CREATE FUNCTION digest_kinds_of(p_kinds text[], p_chosen text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT CASE WHEN p_chosen IS NULL THEN p_kinds ELSE ARRAY(SELECT unnest(p_kinds) INTERSECT SELECT unnest(p_chosen)) END $$;
GRANT EXECUTE ON FUNCTION digest_kinds_of(text[], text[]) TO sekisho_jobs;

-- As in 0025-digest.sql; what is new is asked for each mailbox.
CREATE OR REPLACE FUNCTION digest_plan_rule() RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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

CREATE OR REPLACE FUNCTION digest_plan_own(p_limit int) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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

-- Notices: at most one in 15 minutes for a mailbox, with all that came meanwhile. A row says when its message was held, and is
-- there a little later: what is younger than 15 seconds waits for the next round, so that none is passed over.
CREATE OR REPLACE FUNCTION digest_plan_instant() RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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
DROP FUNCTION digest_lines(digest, text[]);
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
GRANT EXECUTE ON FUNCTION digest_lines(digest, text[], text[]) TO sekisho_jobs;

ALTER TABLE digest DROP CONSTRAINT digest_state_check;
ALTER TABLE digest ADD CONSTRAINT digest_state_check CHECK (state IN ('planned', 'queued', 'empty', 'failed'));

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
GRANT EXECUTE ON FUNCTION digest_fill_one(digest, text[]) TO sekisho_jobs;

-- At most p_limit of them; how many. One that cannot be made keeps no other from being sent, and its mailboxes are told the next time.
CREATE OR REPLACE FUNCTION digest_fill(p_limit int) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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

-- A digest that was given up, or of whose lines nothing was left while more is held, has told nothing.
CREATE FUNCTION digest_unsent() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE digest_told t SET until_at = t.before_at, behind = t.before_behind, digest_id = NULL FROM digest d
   WHERE d.org_id = NEW.org_id AND d.digest_id = NEW.once::uuid AND d.kind = 'digest' AND t.org_id = d.org_id AND t.digest_id = d.digest_id
     AND t.box = ANY (digest_mailboxes(d.org_id, d.address));
  RETURN NULL;
END $$;
CREATE TRIGGER digest_unsent AFTER UPDATE OF state ON user_mail FOR EACH ROW
  WHEN (NEW.kind = 'digest' AND NEW.state IN ('failed', 'expired') AND OLD.state = 'waiting') EXECUTE FUNCTION digest_unsent();

-- As in 0025-digest.sql; what it would not show is not promised.
CREATE OR REPLACE FUNCTION digest_ask(p_org uuid, p_address text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
