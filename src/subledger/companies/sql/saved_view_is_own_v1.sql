-- A view stays in its company: its owner, and whoever opens a list with it, is one of that company's people.
CREATE OR REPLACE FUNCTION saved_view_is_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'UPDATE' AND NEW.company_id <> OLD.company_id)
       OR NEW.company_id <> (SELECT company_id FROM companies_membership WHERE id = NEW.owner_id) THEN
        RAISE EXCEPTION 'a saved view is of one company, and so is who owns it'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'saved_view_is_own';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION list_choice_is_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'UPDATE' AND NEW.membership_id <> OLD.membership_id)
       OR (SELECT company_id FROM companies_savedview WHERE id = NEW.opens_with_id)
          <> (SELECT company_id FROM companies_membership WHERE id = NEW.membership_id) THEN
        RAISE EXCEPTION 'a list opens with a view of the company of who looks at it'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'list_choice_is_own';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER saved_view_is_own BEFORE INSERT OR UPDATE ON companies_savedview
    FOR EACH ROW EXECUTE FUNCTION saved_view_is_own();

CREATE OR REPLACE TRIGGER list_choice_is_own BEFORE INSERT OR UPDATE ON companies_listchoice
    FOR EACH ROW EXECUTE FUNCTION list_choice_is_own();
