-- A fresh id, never a count: a change that is rolled back must not leave its version for the next one to take.
CREATE OR REPLACE FUNCTION bump_configuration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE companies_company SET config_version = next_id()
     WHERE id IN (SELECT company_id FROM changed);
    RETURN NULL;
END $$;
