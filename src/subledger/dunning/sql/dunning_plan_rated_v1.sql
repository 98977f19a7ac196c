-- A plan has the rate of late interest that it was made with from the beginning. What a server of the version before
-- says of an older plan, which knows no days, holds from today on: this one has noted it as a rate of its own before.
CREATE OR REPLACE FUNCTION dunning_plan_rated_v1() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (SELECT (now() AT TIME ZONE c.time_zone)::date FROM companies_company c WHERE c.id = NEW.company_id);
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO dunning_dunningrate (company_id, plan_id, from_on, percent, is_active)
        VALUES (NEW.company_id, NEW.id, NULL, NEW.interest_percent, true);
    ELSIF NEW.interest_percent <> OLD.interest_percent
      AND NEW.interest_percent IS DISTINCT FROM (SELECT percent FROM dunning_dunningrate
                                                  WHERE plan_id = NEW.id ORDER BY id DESC LIMIT 1)
      AND NEW.interest_percent IS DISTINCT FROM (SELECT percent FROM dunning_dunningrate
                                                  WHERE plan_id = NEW.id AND is_active
                                                    AND COALESCE(from_on, '-infinity') <= today
                                                  ORDER BY from_on DESC NULLS LAST LIMIT 1) THEN
        INSERT INTO dunning_dunningrate (company_id, plan_id, from_on, percent, is_active)
        VALUES (NEW.company_id, NEW.id, today, NEW.interest_percent, true)
        ON CONFLICT (plan_id, from_on) WHERE is_active DO UPDATE SET percent = EXCLUDED.percent;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER dunning_plan_rated AFTER INSERT OR UPDATE OF interest_percent ON dunning_dunningplan
    FOR EACH ROW EXECUTE FUNCTION dunning_plan_rated_v1();
