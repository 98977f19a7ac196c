-- What a number is but for its counter, which stands where the mark # does, with zeros in front; a counter that outgrows
-- its digits goes on with more.
CREATE OR REPLACE FUNCTION series_number_v2(p_as text, p_value bigint, p_digits integer) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(p_as, '#', lpad(p_value::text, greatest(p_digits, length(p_value::text)), '0'))
$$;
