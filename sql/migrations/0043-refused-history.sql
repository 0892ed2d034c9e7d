-- Mail that was refused before it came in, in the history of whom it was for (U9). The portal reads the table of refusals in no way
-- but this one: of it, people learn who wrote, when, and why it was refused; neither the sender's computer nor what another server said.

-- As message_recipient has it (0001-base.sql). A column, for row-level security, which is forced upon the owner, too, uses no index of
-- an expression that is not leakproof.
ALTER TABLE refusal ADD COLUMN mailbox text NOT NULL GENERATED ALWAYS AS (mailbox_of(recipient)) STORED;
-- Refused for good, and incoming: what was only put off comes again, and is in the history then.
CREATE INDEX refusal_mailbox_idx ON refusal (org_id, mailbox, at DESC, refusal_id DESC) WHERE permanent AND direction = 'in';

-- What an account with the addresses p_own sees of one mailbox: the conditions of portal_recipient (0024-rights.sql). p_blocked: mail
-- of blocked senders is shown. Written into the statements of the function below; nobody else may call it.
CREATE FUNCTION refusal_of(p_org uuid, p_mailbox text, p_own text[], p_blocked boolean, p_search text)
RETURNS TABLE (refusal_id uuid, at timestamptz, recipient text, envelope_sender text, reason text)
LANGUAGE sql STABLE AS $$
  SELECT f.refusal_id, f.at, f.recipient, f.envelope_sender, f.reason
    FROM refusal f
   WHERE f.org_id = p_org AND f.mailbox = p_mailbox AND f.permanent AND f.direction = 'in'
     AND (p_blocked OR f.reason <> 'sender-blocked') AND (p_search IS NULL OR f.envelope_sender ILIKE p_search)
     AND (f.recipient = ANY (p_own) OR (p_mailbox = ANY (p_own) AND NOT mailbox_apart(f.org_id, f.recipient)))
$$;

-- Those of the scope's account since p_since, newest first, behind the row p_at, p_id (NULL: the first page); p_back: those before
-- it, the nearest first. p_search: LIKE pattern for the sender, NULL: all. One walk of the index for each mailbox, as held_page()
-- (0027-held-list.sql) has it.
CREATE FUNCTION refusals_mine(p_since timestamptz, p_search text, p_back boolean, p_at timestamptz, p_id uuid, p_limit int)
RETURNS TABLE (refusal_id uuid, at timestamptz, recipient text, envelope_sender text, reason text)
LANGUAGE plpgsql STABLE ROWS 50 SECURITY DEFINER SET search_path = public, pg_temp
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  v_org uuid := scope_org();
  v_own text[] := ARRAY(SELECT scope_mailboxes());
  v_boxes text[] := held_boxes(v_own, NULL);
  v_blocked boolean := 'blocked' IN (SELECT user_kinds('view'));
  v_limit int := least(p_limit, 101);
BEGIN
  IF p_back AND p_id IS NOT NULL THEN
    RETURN QUERY
    SELECT y.* FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.* FROM refusal_of(v_org, b, v_own, v_blocked, p_search) x
       WHERE x.at >= greatest(p_since, p_at) AND (x.at, x.refusal_id) > (p_at, p_id)
       ORDER BY x.at, x.refusal_id LIMIT v_limit) y
     ORDER BY y.at, y.refusal_id LIMIT v_limit;
  ELSE
    RETURN QUERY
    SELECT y.* FROM unnest(v_boxes) b CROSS JOIN LATERAL (
      SELECT x.* FROM refusal_of(v_org, b, v_own, v_blocked, p_search) x
       WHERE x.at >= p_since AND x.at <= CASE WHEN p_id IS NULL THEN 'infinity' ELSE p_at END AND (p_id IS NULL OR (x.at, x.refusal_id) < (p_at, p_id))
       ORDER BY x.at DESC, x.refusal_id DESC LIMIT v_limit) y
     ORDER BY y.at DESC, y.refusal_id DESC LIMIT v_limit;
  END IF;
END $$;
GRANT EXECUTE ON FUNCTION refusals_mine(timestamptz, text, boolean, timestamptz, uuid, int) TO sekisho_portal;
