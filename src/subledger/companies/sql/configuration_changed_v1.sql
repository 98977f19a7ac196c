-- Companies whose settings changed in a table that names no company: whoever keeps such a table calls this.
-- A fresh id, never a count: a change that is rolled back must not leave its version for the next one to take.
CREATE OR REPLACE FUNCTION configuration_changed_v1(p_companies bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE companies_company SET config_version = next_id() WHERE id = ANY(p_companies);
END $$;
