-- The next numbers of series: p_series is [[series, how many], …], sorted by series, so that two who take never wait for
-- each other crosswise. They queue at an advisory lock, served in order with one wake-up each; queueing at the counter's
-- row itself would wake all of them at every commit. Of each series, in the same order: its code, first number, prefix
-- and least digits; `told` says the same to whoever called from outside.
CREATE OR REPLACE FUNCTION numbers_take_v1(
    p_company bigint, p_series json, OUT codes text[], OUT firsts bigint[], OUT prefixes text[], OUT widths integer[],
    OUT told json[]
) RETURNS record LANGUAGE plpgsql AS $$
DECLARE
    wanted text;
    many bigint;
    locked text;
BEGIN
    FOR at IN 0 .. coalesce(json_array_length(p_series), 0) - 1 LOOP
        wanted := p_series->at->>0;
        many := p_series->at->>1;
        locked := pg_advisory_xact_lock(hashtextextended(wanted, p_company));  -- an expression, not a statement
        UPDATE platform_numberseries SET next_value = next_value + many WHERE company_id = p_company AND code = wanted
        RETURNING codes || code, firsts || (next_value - many), prefixes || prefix, widths || digits::integer,
                  told || json_build_array(code, next_value - many, prefix, digits)
             INTO codes, firsts, prefixes, widths, told;
    END LOOP;
END $$;
