-- An account's parent is another customer account of its company, none of those below it, and no line of parents is longer
-- than five accounts. Two who set parents wait for each other: each alone might be right, and both together a circle.
CREATE OR REPLACE FUNCTION account_parent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_own boolean;
    is_circle boolean;
    above integer;
    below integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('account parents', NEW.company_id));
    WITH RECURSIVE up(id, parent_id, company_id, type, steps) AS (
        SELECT a.id, a.parent_id, a.company_id, a.type, 1 FROM accounts_account a WHERE a.id = NEW.parent_id
        UNION ALL
        SELECT a.id, a.parent_id, a.company_id, a.type, up.steps + 1
          FROM up JOIN accounts_account a ON a.id = up.parent_id WHERE up.id <> NEW.id AND up.steps < 10
    ) SELECT bool_and(company_id = NEW.company_id AND type = 'customer'), bool_or(id = NEW.id), max(steps)
        INTO is_own, is_circle, above FROM up;
    IF NOT is_own OR NEW.type <> 'customer' THEN
        RAISE EXCEPTION 'the parent of account % is no customer account of its company', NEW.number
            USING ERRCODE = '23514', CONSTRAINT = 'account_parent_is_own';
    END IF;
    IF is_circle THEN
        RAISE EXCEPTION 'account % would stand above itself', NEW.number
            USING ERRCODE = '23514', CONSTRAINT = 'account_parent_circle';
    END IF;
    WITH RECURSIVE down(id, steps) AS (
        SELECT NEW.id, 1
        UNION ALL
        SELECT a.id, down.steps + 1 FROM down JOIN accounts_account a ON a.parent_id = down.id WHERE down.steps < 10
    ) SELECT max(steps) INTO below FROM down;
    IF above + below > 5 THEN
        RAISE EXCEPTION 'the line of parents of account % is longer than five accounts', NEW.number
            USING ERRCODE = '23514', CONSTRAINT = 'account_parent_depth';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER account_parent_stands_made AFTER INSERT ON accounts_account FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION account_parent_stands();

CREATE OR REPLACE TRIGGER account_parent_stands AFTER UPDATE OF parent_id ON accounts_account FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL AND NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION account_parent_stands();
