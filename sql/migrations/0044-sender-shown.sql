-- Sender lists in the portal: one's own beside what the organisation decides.

-- The lists of a target, newest first.
CREATE INDEX sender_entry_target_idx ON sender_entry (org_id, target, list, added_at DESC, entry_id DESC);

-- Entries of the organisation and of the domains of one's own mailboxes, as far as they are applied: people see what holds for them and
-- change none of it, so this is no policy of the table. One page from the place p_at, p_id (NULL: the first); p_back: towards the newest.
CREATE FUNCTION sender_company(p_list text, p_search text, p_back boolean, p_at timestamptz, p_id uuid, p_limit int)
RETURNS TABLE (entry_id uuid, level text, target text, pattern text, only_verified boolean, added_at timestamptz, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_targets text[] := ARRAY(SELECT DISTINCT substring(x FROM '[^@]*$') FROM scope_mailboxes() x);
BEGIN
  IF v_targets = '{}' THEN
    RETURN;
  END IF;
  v_targets := ARRAY(SELECT l.target FROM sender_list l WHERE l.org_id = scope_org() AND l.target = ANY (array_append(v_targets, '')) AND l.enabled);
  IF p_back THEN
    RETURN QUERY SELECT e.entry_id, e.level, e.target, e.pattern, e.only_verified, e.added_at, e.expires_at
      FROM unnest(v_targets) t CROSS JOIN LATERAL (
             SELECT * FROM sender_entry s
              WHERE s.org_id = scope_org() AND s.target = t AND s.list = p_list AND (p_search IS NULL OR s.pattern ILIKE p_search)
                AND (s.expires_at IS NULL OR s.expires_at > now()) AND (p_id IS NULL OR (s.added_at, s.entry_id) > (p_at, p_id))
              ORDER BY s.added_at, s.entry_id LIMIT p_limit) e
     ORDER BY e.added_at, e.entry_id LIMIT p_limit;
  ELSE
    RETURN QUERY SELECT e.entry_id, e.level, e.target, e.pattern, e.only_verified, e.added_at, e.expires_at
      FROM unnest(v_targets) t CROSS JOIN LATERAL (
             SELECT * FROM sender_entry s
              WHERE s.org_id = scope_org() AND s.target = t AND s.list = p_list AND (p_search IS NULL OR s.pattern ILIKE p_search)
                AND (s.expires_at IS NULL OR s.expires_at > now()) AND (p_id IS NULL OR (s.added_at, s.entry_id) < (p_at, p_id))
              ORDER BY s.added_at DESC, s.entry_id DESC LIMIT p_limit) e
     ORDER BY e.added_at DESC, e.entry_id DESC LIMIT p_limit;
  END IF;
END $$;
GRANT EXECUTE ON FUNCTION sender_company(text, text, boolean, timestamptz, uuid, int) TO sekisho_portal;
