-- The next numbers of counters: p_counters is [[counter, how many], …], sorted, where a counter is a series ('invoice')
-- or one year or month of it ('invoice 2026', 'invoice 2026-11'). Two who take never wait for each other crosswise: they
-- queue at an advisory lock of the series, served in order with one wake-up each; queueing at the counter's row itself
-- would wake all of them at every commit. Of each counter, in the same order: its name and first number; `told` says the
-- same to whoever called from outside. A year or month begins with its first number.
CREATE OR REPLACE FUNCTION numbers_take_v2(
    p_company bigint, p_counters json, OUT counters text[], OUT firsts bigint[], OUT told json[]
) RETURNS record LANGUAGE plpgsql AS $$
DECLARE
    wanted text;
    many bigint;
    locked text;
BEGIN
    FOR at IN 0 .. coalesce(json_array_length(p_counters), 0) - 1 LOOP
        wanted := p_counters->at->>0;
        many := p_counters->at->>1;
        locked := pg_advisory_xact_lock(hashtextextended(split_part(wanted, ' ', 1), p_company));  -- an expression
        IF strpos(wanted, ' ') = 0 THEN
            UPDATE platform_numberseries SET next_value = next_value + many WHERE company_id = p_company AND code = wanted
            RETURNING counters || code, firsts || (next_value - many), told || json_build_array(code, next_value - many)
                 INTO counters, firsts, told;
        ELSE
            UPDATE platform_numbercounter SET next_value = next_value + many
             WHERE company_id = p_company AND series = split_part(wanted, ' ', 1) AND period = split_part(wanted, ' ', 2)
            RETURNING counters || wanted, firsts || (next_value - many), told || json_build_array(wanted, next_value - many)
                 INTO counters, firsts, told;
            IF NOT FOUND THEN
                INSERT INTO platform_numbercounter (company_id, series, period, first_value, next_value)
                VALUES (p_company, split_part(wanted, ' ', 1), split_part(wanted, ' ', 2), 1, many + 1)
                RETURNING counters || wanted, firsts || first_value, told || json_build_array(wanted, first_value)
                     INTO counters, firsts, told;
            END IF;
        END IF;
    END LOOP;
END $$;
