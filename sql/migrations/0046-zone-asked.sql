-- What every page of the portal says about its reader: his other mailboxes in the account menu (ux.md 5), and whether the time zone of
-- his browser is still to be offered (ux.md 4.11). That is asked once: whoever chose a zone, or that of the organisation, was asked.

ALTER TABLE account ADD COLUMN tz_asked boolean NOT NULL DEFAULT false;
UPDATE account SET tz_asked = true WHERE tz IS NOT NULL;
GRANT SELECT (tz_asked), UPDATE (tz_asked) ON account TO sekisho_console, sekisho_portal;

DROP FUNCTION session_lookup(bytea, text, int, int);
CREATE FUNCTION session_lookup(p_hash bytea, p_surface text, p_idle int, p_absolute int)
RETURNS TABLE (org_id uuid, account_id uuid, address text, name text, role text, org_name text, lang text, org_lang text,
               tz text, theme text, page_size int, shortcuts boolean, csrf bytea, flash jsonb, must_enrol boolean, date_style text,
               row_height text, ask_zone boolean, boxes text)
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
                      a.date_style, a.row_height, a.tz IS NULL AND NOT a.tz_asked,
                      CASE WHEN p_surface = 'portal' THEN
                        (SELECT string_agg(b.address, E'\n' ORDER BY b.address) FROM (
                           SELECT m.address FROM account_mailbox m WHERE m.org_id = a.org_id AND m.account_id = a.account_id AND m.address <> a.address
                            ORDER BY m.address LIMIT 9) b) END
                 FROM account a JOIN org o ON o.org_id = a.org_id
                WHERE a.org_id = s.org_id AND a.account_id = s.account_id AND a.state = 'active';
END $$;
GRANT EXECUTE ON FUNCTION session_lookup(bytea, text, int, int) TO sekisho_console, sekisho_portal;
