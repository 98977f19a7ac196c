-- 42 bits of milliseconds since 2020 (to the year 2159) and 21 bits of a sequence: sorts by creation, unique in the
-- installation, and a set of any size can be numbered before it is written.
--
-- `id_clock` is a mark up to a second ahead of the milliseconds given so far. A clock that is more than the mark's own
-- second behind it was set back: ids then go on from the mark, a millisecond each, until the clock has caught up.
CREATE SEQUENCE IF NOT EXISTS id_sequence;
CREATE SEQUENCE IF NOT EXISTS id_clock;

CREATE OR REPLACE FUNCTION next_id() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    at_ms bigint := (date_part('epoch', clock_timestamp()) * 1000)::bigint - 1577836800000;
    mark bigint := coalesce(pg_sequence_last_value('id_clock'::regclass), 0);
BEGIN
    IF at_ms > mark THEN
        PERFORM setval('id_clock', at_ms + 1000);
    ELSIF at_ms < mark - 2000 THEN
        at_ms := mark + 1;
        PERFORM setval('id_clock', at_ms);
    END IF;
    RETURN (at_ms << 21) | (nextval('id_sequence') & 2097151);
END $$;
