-- The list of a person's held mail (P8): order, filters, search, counts, also for one with 20,000 of a million.
--
-- Row-level security hides from the planner that an index has the order that is asked for, so it fetches all of a mailbox and sorts
-- it. The functions below walk the index themselves, one walk a mailbox, with the rights of the owner, and say ids. They
-- ask whose mail it is and what he may see (held_of), and statements join their ids to the rows under row-level security,
-- which has the last word.

-- One spelling of text that is searched: small letters, half-width and full-width forms alike.
CREATE FUNCTION text_fold(p text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT lower(normalize(p, NFKC) COLLATE "und-x-icu") COLLATE "default" $$;

-- What a list of held mail is searched and sorted by stands in its index: who sent it (the name that is shown), its addresses, its
-- subject. Written for held mail only.
ALTER TABLE message_recipient ADD COLUMN brief text;
CREATE FUNCTION held_brief(p_name text, p_from text, p_sender text, p_subject text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT left(text_fold(replace(left(coalesce(nullif(p_name, ''), nullif(p_from, ''), p_sender), 100), E'\n', ' ')
              || E'\n' || left(p_from, 100) || CASE WHEN p_sender <> p_from THEN E'\n' || left(p_sender, 100) ELSE '' END || E'\n' || left(p_subject, 200)), 450)
$$;
CREATE FUNCTION message_recipient_brief() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  SELECT held_brief(m.header_from_name, m.header_from, m.envelope_sender, m.subject) INTO NEW.brief FROM message m
   WHERE m.org_id = NEW.org_id AND m.received_at = NEW.received_at AND m.message_id = NEW.message_id;
  RETURN NEW;
END $$;
CREATE TRIGGER message_recipient_brief BEFORE INSERT ON message_recipient FOR EACH ROW WHEN (NEW.state IN ('held', 'deleted'))
  EXECUTE FUNCTION message_recipient_brief();
UPDATE message_recipient r SET brief = held_brief(m.header_from_name, m.header_from, m.envelope_sender, m.subject) FROM message m
 WHERE m.org_id = r.org_id AND m.received_at = r.received_at AND m.message_id = r.message_id AND r.state IN ('held', 'deleted', 'releasing');

DROP INDEX message_recipient_held_mailbox_idx;
CREATE INDEX message_recipient_held_mailbox_idx ON message_recipient (org_id, mailbox, received_at DESC, recipient_id DESC)
  INCLUDE (message_id, address, kind, state, outbound, expires_at, brief) WHERE state IN ('held', 'deleted');

-- A filter of lists that row-level security alone narrows. Written into the statement, so that each condition finds its index.
CREATE FUNCTION held_matches(p_brief text, p_kind text, p_domain text, p_mailbox text, p_address text, p_expires_at timestamptz,
                             q_search text, q_kind text, q_domain text, q_recipient text, q_expires_before float8) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (q_search IS NULL OR strpos(p_brief, text_fold(q_search)) > 0) AND (q_kind IS NULL OR p_kind = q_kind)
     AND (q_domain IS NULL OR p_domain = q_domain) AND (q_recipient IS NULL OR (p_mailbox = mailbox_of(q_recipient) AND q_recipient IN (p_mailbox, p_address)))
     AND (q_expires_before = 0 OR p_expires_at < to_timestamp(q_expires_before / 1000))
$$;
GRANT EXECUTE ON FUNCTION text_fold(text), held_matches(text, text, text, text, text, timestamptz, text, text, text, text, float8) TO sekisho_console;

-- What an account with the addresses p_own sees of one mailbox: the conditions of portal_recipient (0024-rights.sql), and which
-- of his addresses a row belongs to. Written into the statements of the functions below; nobody else may call it.
CREATE FUNCTION held_of(p_org uuid, p_mailbox text, p_own text[], p_kinds text[]) RETURNS TABLE (
  received_at timestamptz, recipient_id uuid, message_id uuid, own text, kind text, state text, expires_at timestamptz, brief text)
LANGUAGE sql STABLE AS $$
  SELECT r.received_at, r.recipient_id, r.message_id, CASE WHEN r.address = ANY (p_own) THEN r.address ELSE p_mailbox END, r.kind, r.state,
         r.expires_at, r.brief
    FROM message_recipient r
   WHERE r.org_id = p_org AND r.mailbox = p_mailbox AND r.state IN ('held', 'deleted') AND NOT r.outbound AND r.kind = ANY (p_kinds)
     AND (r.address = ANY (p_own) OR (r.mailbox = ANY (p_own) AND NOT mailbox_apart(r.org_id, r.address)))
$$;
-- Those of them that a filter shows: q_search folded, q_mailbox one of his addresses, q_since received from then on; NULL: all. Written
-- into the statements, too.
CREATE FUNCTION held_found(p_org uuid, p_mailbox text, p_own text[], p_kinds text[], q_state text, q_search text, q_mailbox text, q_since timestamptz,
                           q_expires_before timestamptz)
RETURNS TABLE (received_at timestamptz, recipient_id uuid, message_id uuid, own text, kind text, state text, expires_at timestamptz, brief text)
LANGUAGE sql STABLE AS $$
  SELECT x.received_at, x.recipient_id, x.message_id, x.own, x.kind, x.state, x.expires_at, x.brief FROM held_of(p_org, p_mailbox, p_own, p_kinds) x
   WHERE x.state = q_state AND x.received_at >= q_since AND (q_expires_before IS NULL OR x.expires_at < q_expires_before)
     AND (q_mailbox IS NULL OR x.own = q_mailbox) AND (q_search IS NULL OR strpos(x.brief, q_search) > 0)
$$;
-- The mailboxes to walk: all, or that of one of his addresses.
CREATE FUNCTION held_boxes(p_own text[], p_mailbox text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT ARRAY(SELECT DISTINCT mailbox_of(x) FROM unnest(p_own) x WHERE p_mailbox IS NULL OR x = p_mailbox) $$;

-- A page of the list of the scope's account. p_order: 'received' (newest first), 'expires' (what is deleted first), 'sender' (by
-- name, then newest). p_id: the row to begin behind, NULL: the first page; p_back: the rows before it, the nearest first.
-- p_search is any text; p_kind, p_mailbox NULL: all.
CREATE FUNCTION held_page(p_state text, p_search text, p_kind text, p_mailbox text, p_since timestamptz, p_expires_before timestamptz,
                          p_order text, p_back boolean, p_at timestamptz, p_id uuid, p_limit int)
RETURNS TABLE (received_at timestamptz, message_id uuid, recipient_id uuid)
LANGUAGE plpgsql STABLE ROWS 50 SECURITY DEFINER SET search_path = public, pg_temp
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_org uuid := scope_org();
  v_own text[] := ARRAY(SELECT scope_mailboxes());
  v_boxes text[] := held_boxes(v_own, p_mailbox);
  v_kinds text[] := ARRAY(SELECT k FROM user_kinds('view') k WHERE p_kind IS NULL OR k = p_kind);
  v_search text := text_fold(p_search);
  v_limit int := least(p_limit, 10001);
  v_at timestamptz := p_at;
  v_sender text;
  v_expires timestamptz;
BEGIN
  IF p_id IS NOT NULL THEN -- where that row stands: p_at is in milliseconds
    SELECT x.received_at, CASE p_order WHEN 'sender' THEN split_part(x.brief, E'\n', 1) ELSE '' END,
           CASE p_order WHEN 'expires' THEN coalesce(x.expires_at, 'infinity') ELSE 'infinity' END
      INTO v_at, v_sender, v_expires FROM message_recipient x
     WHERE x.org_id = v_org AND x.recipient_id = p_id AND x.received_at >= p_at - interval '1 ms' AND x.received_at < p_at + interval '2 ms'
       AND x.mailbox = ANY (held_boxes(v_own, NULL));
    IF NOT FOUND AND p_order <> 'received' THEN RETURN; END IF;
    v_at := coalesce(v_at, p_at);
  END IF;
  IF p_order = 'received' AND p_back THEN
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.* FROM held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, greatest(p_since, v_at), p_expires_before) x
       WHERE (x.received_at, x.recipient_id) > (v_at, p_id)
       ORDER BY x.received_at, x.recipient_id LIMIT v_limit) y
     ORDER BY y.received_at, y.recipient_id LIMIT v_limit;
  ELSIF p_order = 'received' THEN
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.* FROM held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x
       WHERE x.received_at <= CASE WHEN p_id IS NULL THEN 'infinity' ELSE v_at END AND (p_id IS NULL OR (x.received_at, x.recipient_id) < (v_at, p_id))
       ORDER BY x.received_at DESC, x.recipient_id DESC LIMIT v_limit) y
     ORDER BY y.received_at DESC, y.recipient_id DESC LIMIT v_limit;
  ELSIF p_back THEN
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM (
      SELECT x.*, CASE p_order WHEN 'sender' THEN split_part(x.brief, E'\n', 1) ELSE '' END COLLATE "und-x-icu" AS s,
             CASE p_order WHEN 'expires' THEN coalesce(x.expires_at, 'infinity') ELSE 'infinity' END AS e
        FROM unnest(v_boxes) b CROSS JOIN LATERAL held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x) y
     WHERE (y.s, y.e) < (v_sender, v_expires) OR ((y.s, y.e) = (v_sender, v_expires) AND (y.received_at, y.recipient_id) > (v_at, p_id))
     ORDER BY y.s DESC, y.e DESC, y.received_at, y.recipient_id LIMIT v_limit;
  ELSE
    RETURN QUERY
    SELECT y.received_at, y.message_id, y.recipient_id FROM (
      SELECT x.*, CASE p_order WHEN 'sender' THEN split_part(x.brief, E'\n', 1) ELSE '' END COLLATE "und-x-icu" AS s,
             CASE p_order WHEN 'expires' THEN coalesce(x.expires_at, 'infinity') ELSE 'infinity' END AS e
        FROM unnest(v_boxes) b CROSS JOIN LATERAL held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x) y
     WHERE p_id IS NULL OR (y.s, y.e) > (v_sender, v_expires) OR ((y.s, y.e) = (v_sender, v_expires) AND (y.received_at, y.recipient_id) < (v_at, p_id))
     ORDER BY y.s, y.e, y.received_at DESC, y.recipient_id DESC LIMIT v_limit;
  END IF;
END $$;

-- Everything that matches, for what is done with all of it; p_until: received until then.
CREATE FUNCTION held_all(p_state text, p_search text, p_kind text, p_mailbox text, p_since timestamptz, p_expires_before timestamptz,
                         p_until timestamptz, p_limit int)
RETURNS TABLE (received_at timestamptz, recipient_id uuid, kind text)
LANGUAGE plpgsql STABLE ROWS 1000 SECURITY DEFINER SET search_path = public, pg_temp
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_org uuid := scope_org();
  v_own text[] := ARRAY(SELECT scope_mailboxes());
  v_boxes text[] := held_boxes(v_own, p_mailbox);
  v_kinds text[] := ARRAY(SELECT k FROM user_kinds('view') k WHERE p_kind IS NULL OR k = p_kind);
  v_search text := text_fold(p_search);
BEGIN
  RETURN QUERY
  SELECT x.received_at, x.recipient_id, x.kind
    FROM unnest(v_boxes) b CROSS JOIN LATERAL held_found(v_org, b, v_own, v_kinds, p_state, v_search, p_mailbox, p_since, p_expires_before) x
   WHERE x.received_at <= p_until LIMIT least(p_limit, 100000);
END $$;

-- How many of each sort, of which the page adds up what each choice of its filters would show. age: 1, 7, 30 (days) or 0;
-- soon: deleted before p_soon; hit: found by p_search. It looks at p_limit rows: when n adds up to that, there are more.
CREATE FUNCTION held_counts(p_search text, p_soon timestamptz, p_limit int)
RETURNS TABLE (state text, hit boolean, kind text, own text, age int, soon boolean, n bigint)
LANGUAGE plpgsql STABLE ROWS 50 SECURITY DEFINER SET search_path = public, pg_temp
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_org uuid := scope_org();
  v_own text[] := ARRAY(SELECT scope_mailboxes());
  v_boxes text[] := held_boxes(v_own, NULL);
  v_kinds text[] := ARRAY(SELECT user_kinds('view'));
  v_search text := text_fold(p_search);
BEGIN
  RETURN QUERY
  SELECT y.state, y.hit, y.kind, y.own, y.age, y.soon, count(*) FROM (
    SELECT x.state, x.kind, x.own, x.expires_at < p_soon AS soon, v_search IS NULL OR strpos(x.brief, v_search) > 0 AS hit,
           CASE WHEN x.received_at >= now() - interval '1 day' THEN 1 WHEN x.received_at >= now() - interval '7 days' THEN 7
                WHEN x.received_at >= now() - interval '30 days' THEN 30 ELSE 0 END AS age
      FROM unnest(v_boxes) b CROSS JOIN LATERAL held_of(v_org, b, v_own, v_kinds) x LIMIT p_limit) y
   GROUP BY 1, 2, 3, 4, 5, 6;
END $$;
-- All of it, counted as far as p_limit rows.
CREATE FUNCTION held_totals(p_soon timestamptz, p_limit int) RETURNS TABLE (held bigint, deleted bigint, soon bigint)
LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_org uuid := scope_org();
  v_own text[] := ARRAY(SELECT scope_mailboxes());
  v_boxes text[] := held_boxes(v_own, NULL);
  v_kinds text[] := ARRAY(SELECT user_kinds('view'));
BEGIN
  RETURN QUERY
  SELECT count(*) FILTER (WHERE y.state = 'held'), count(*) FILTER (WHERE y.state = 'deleted'),
         count(*) FILTER (WHERE y.state = 'held' AND y.expires_at < p_soon) FROM (
    SELECT x.state, x.expires_at FROM unnest(v_boxes) b CROSS JOIN LATERAL held_of(v_org, b, v_own, v_kinds) x LIMIT p_limit) y;
END $$;
-- The name of somebody who has a mailbox together with the scope's account ("Released by Aya Kobayashi").
CREATE FUNCTION mailbox_sharer(p_account uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE a.name WHEN '' THEN a.address ELSE a.name END FROM account a
   WHERE a.org_id = scope_org() AND a.account_id = p_account AND EXISTS (
     SELECT FROM account_mailbox x JOIN account_mailbox y USING (org_id, address)
      WHERE x.org_id = a.org_id AND x.account_id = a.account_id AND y.account_id = scope_account())
$$;
GRANT EXECUTE ON FUNCTION mailbox_sharer(uuid) TO sekisho_console, sekisho_portal;
GRANT EXECUTE ON FUNCTION held_page(text, text, text, text, timestamptz, timestamptz, text, boolean, timestamptz, uuid, int),
  held_all(text, text, text, text, timestamptz, timestamptz, timestamptz, int), held_counts(text, timestamptz, int),
  held_totals(timestamptz, int) TO sekisho_portal;
