-- What people set for themselves: how dates look and how high rows are (ux.md U10).

ALTER TABLE account
  ADD COLUMN date_style text NOT NULL DEFAULT 'language' CHECK (date_style IN ('language', 'numbers', 'iso')),
  ADD COLUMN row_height text NOT NULL DEFAULT 'default' CHECK (row_height IN ('comfortable', 'default', 'compact'));
GRANT SELECT (date_style, row_height), UPDATE (date_style, row_height) ON account TO sekisho_console, sekisho_portal;
-- Mails say dates as their reader wants them.
GRANT SELECT (date_style) ON account TO sekisho_jobs;

DROP FUNCTION session_lookup(bytea, text, int, int);
CREATE FUNCTION session_lookup(p_hash bytea, p_surface text, p_idle int, p_absolute int)
RETURNS TABLE (org_id uuid, account_id uuid, address text, name text, role text, org_name text, lang text, org_lang text,
               tz text, theme text, page_size int, shortcuts boolean, csrf bytea, flash jsonb, must_enrol boolean, date_style text,
               row_height text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE s session;
BEGIN
  SELECT x.* INTO s FROM session x WHERE x.session_hash = p_hash AND x.surface = p_surface;
  IF NOT FOUND OR s.seen_at < now() - make_interval(secs => p_idle) OR s.created_at < now() - make_interval(secs => p_absolute) THEN
    RETURN;
  END IF;
  IF s.seen_at < now() - interval '1 minute' THEN
    UPDATE session x SET seen_at = now() WHERE x.session_hash = p_hash;
  END IF;
  RETURN QUERY SELECT a.org_id, a.account_id, a.address, a.name, a.role, o.name, a.lang, o.lang,
                      coalesce(a.tz, o.tz), a.theme, a.page_size, a.shortcuts, s.csrf, s.flash, must_enrol(a.org_id, a.account_id, a.role, o.second_step),
                      a.date_style, a.row_height
                 FROM account a JOIN org o ON o.org_id = a.org_id
                WHERE a.org_id = s.org_id AND a.account_id = s.account_id AND a.state = 'active';
END $$;
GRANT EXECUTE ON FUNCTION session_lookup(bytea, text, int, int) TO sekisho_console, sekisho_portal;

------------------------------------------------------------------ deleted for good (ux.md U7)

-- gone: a person deleted it for good. It is in nobody's lists any more, people cannot look into it nor put it back, but the
-- organisation keeps it until its date like all held mail: whoever gets hold of an account, or has something to hide, must not
-- be able to destroy what an administrator may still need. Then retention purges it, and the bytes when no other recipient's
-- row holds them.
ALTER TABLE message_recipient DROP CONSTRAINT message_recipient_state_check;
ALTER TABLE message_recipient ADD CONSTRAINT message_recipient_state_check CHECK (state IN ('passed', 'queued', 'deferred', 'delivered',
  'bounced', 'expired', 'held', 'releasing', 'deleted', 'gone', 'purged', 'rejected', 'dropped', 'unaccepted'));
DROP INDEX message_recipient_expiry_idx;
CREATE INDEX message_recipient_expiry_idx ON message_recipient (expires_at) WHERE state IN ('held', 'deleted', 'gone');

CREATE OR REPLACE FUNCTION keeps_body(p_state text, p_expires timestamptz, p_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
  $$ SELECT p_state IN ('held', 'deleted', 'gone', 'releasing') OR (p_state <> 'purged' AND p_expires > p_at) $$;
CREATE OR REPLACE FUNCTION expire_held(p_limit int) RETURNS int
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
  WITH due AS (
    SELECT org_id, received_at, message_id, recipient_id FROM message_recipient
     WHERE state IN ('held', 'deleted', 'gone') AND expires_at < (SELECT retention_now())
     ORDER BY expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED),
  gone AS (
    UPDATE message_recipient r SET state = 'purged', state_at = now()
      FROM due d WHERE r.org_id = d.org_id AND r.received_at = d.received_at AND r.message_id = d.message_id
       AND r.recipient_id = d.recipient_id
    RETURNING r.org_id, r.received_at, r.message_id, r.recipient_id),
  told AS (
    INSERT INTO event (org_id, event_id, at, message_id, recipient_id, kind)
    SELECT org_id, uuid7(), now(), message_id, recipient_id, 'purged' FROM gone)
  SELECT count(*)::int FROM gone
$$;

DROP POLICY portal_change ON message_recipient;
CREATE POLICY portal_change ON message_recipient AS RESTRICTIVE FOR UPDATE TO sekisho_portal
  USING (state IN ('held', 'deleted'))
  WITH CHECK ((state IN ('held', 'deleted', 'gone') AND kind = ANY (ARRAY(SELECT user_kinds('delete'))))
              OR (state = 'releasing' AND kind = ANY (ARRAY(SELECT user_kinds('deliver')))));
