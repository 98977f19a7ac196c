-- 42 bits of milliseconds since 2020 (to the year 2159) and 21 bits of a sequence: sorts by creation, unique in the
-- installation, and a set of any size can be numbered before it is written.
CREATE SEQUENCE IF NOT EXISTS id_sequence;

CREATE OR REPLACE FUNCTION next_id() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (((date_part('epoch', clock_timestamp()) * 1000)::bigint - 1577836800000) << 21)
           | (nextval('id_sequence') & 2097151)
$$;
