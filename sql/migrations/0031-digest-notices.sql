-- Notices tell of what is held after they were turned on; saving something else takes none away.
CREATE FUNCTION digest_notices_begin() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.instant_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER digest_notices_begin BEFORE UPDATE ON digest_pref FOR EACH ROW
  WHEN (NEW.instant AND NEW.enabled AND NOT (OLD.instant AND OLD.enabled)) EXECUTE FUNCTION digest_notices_begin();
