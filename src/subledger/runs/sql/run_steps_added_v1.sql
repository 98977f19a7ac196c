-- Steps count themselves, and leave `open` once.
CREATE OR REPLACE FUNCTION run_steps_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO runs_runtally AS tally (run_id, outcome, reason, currency, steps, amount_minor)
    SELECT run_id, outcome, reason, currency, count(*), COALESCE(sum(amount_minor), 0)
      FROM added GROUP BY run_id, outcome, reason, currency
    ON CONFLICT (run_id, outcome, reason, currency) DO UPDATE
       SET steps = tally.steps + EXCLUDED.steps, amount_minor = tally.amount_minor + EXCLUDED.amount_minor;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION run_steps_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM was WHERE outcome <> 'open') THEN
        RAISE EXCEPTION 'a step of a run is done once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_step_once';
    END IF;
    IF EXISTS (SELECT FROM was FULL JOIN became USING (id)
                WHERE (was.run_id, was.company_id, was.key, was.position, was.prefix, was.subject_id, was.currency)
                      IS DISTINCT FROM
                      (became.run_id, became.company_id, became.key, became.position, became.prefix,
                       became.subject_id, became.currency)) THEN
        RAISE EXCEPTION 'a step of a run stays about what it was about'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_step_once';
    END IF;
    INSERT INTO runs_runtally AS tally (run_id, outcome, reason, currency, steps, amount_minor)
    SELECT run_id, outcome, reason, currency, sum(steps), sum(amount)
      FROM (SELECT run_id, outcome, reason, currency, -count(*) AS steps, -COALESCE(sum(amount_minor), 0) AS amount
              FROM was GROUP BY run_id, outcome, reason, currency
             UNION ALL
            SELECT run_id, outcome, reason, currency, count(*), COALESCE(sum(amount_minor), 0)
              FROM became GROUP BY run_id, outcome, reason, currency) moved
     GROUP BY run_id, outcome, reason, currency
    ON CONFLICT (run_id, outcome, reason, currency) DO UPDATE
       SET steps = tally.steps + EXCLUDED.steps, amount_minor = tally.amount_minor + EXCLUDED.amount_minor;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER run_steps_added AFTER INSERT ON runs_runstep
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION run_steps_added();
CREATE OR REPLACE TRIGGER run_step_once AFTER UPDATE ON runs_runstep
    REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION run_steps_changed();
