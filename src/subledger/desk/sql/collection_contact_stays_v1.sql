-- What was said of an account never changes. What was to be followed up on is done once.
CREATE OR REPLACE FUNCTION collection_contact_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.done_at IS NOT NULL
       OR (OLD.id, OLD.company_id, OLD.account_id, OLD.kind, OLD.with_whom, OLD.text, OLD.happened_on, OLD.follow_up_on,
           OLD.made_at, OLD.made_by) IS DISTINCT FROM
          (NEW.id, NEW.company_id, NEW.account_id, NEW.kind, NEW.with_whom, NEW.text, NEW.happened_on, NEW.follow_up_on,
           NEW.made_at, NEW.made_by) THEN
        RAISE EXCEPTION 'a contact never changes; its follow-up is done once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_contact_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER collection_contact_stays BEFORE UPDATE ON desk_collectioncontact
    FOR EACH ROW EXECUTE FUNCTION collection_contact_stays();
