-- Prefix and digits, zeros in front; a series that outgrows its digits goes on with more.
CREATE OR REPLACE FUNCTION series_number(p_prefix text, p_value bigint, p_digits integer) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT p_prefix || lpad(p_value::text, greatest(p_digits, length(p_value::text)), '0')
$$;
