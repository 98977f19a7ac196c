-- What moved in a wallet stays as it was written: a transaction may be voided once, a lot be used and given back to, a
-- take end once, a wallet be cancelled.
CREATE OR REPLACE FUNCTION wallet_rows_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'wallets_wallettransaction' THEN
        IF to_jsonb(OLD) - 'state' IS DISTINCT FROM to_jsonb(NEW) - 'state'
           OR (OLD.state <> NEW.state AND (OLD.state <> 'effective' OR OLD.kind = 'void')) THEN
            RAISE EXCEPTION 'wallet transaction % cannot be changed so', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_entry_stays';
        END IF;
    ELSIF TG_TABLE_NAME = 'wallets_lot' THEN
        IF to_jsonb(OLD) - 'face_left_minor' - 'paid_left_minor'
           IS DISTINCT FROM to_jsonb(NEW) - 'face_left_minor' - 'paid_left_minor' THEN
            RAISE EXCEPTION 'lot % cannot be changed so', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_lot_stays';
        END IF;
    ELSIF TG_TABLE_NAME = 'wallets_lottake' THEN
        IF to_jsonb(OLD) - 'ended_by_id' IS DISTINCT FROM to_jsonb(NEW) - 'ended_by_id'
           OR OLD.ended_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'take % cannot be changed so', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_take_stays';
        END IF;
    ELSE
        IF (OLD.id, OLD.company_id, OLD.number, OLD.account_id, OLD.currency, OLD.opened_on, OLD.created_at,
            OLD.created_by) IS DISTINCT FROM
           (NEW.id, NEW.company_id, NEW.number, NEW.account_id, NEW.currency, NEW.opened_on, NEW.created_at,
            NEW.created_by) OR (OLD.state = 'cancelled' AND NEW.state <> 'cancelled') THEN
            RAISE EXCEPTION 'wallet % cannot be changed so', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'wallet_stays';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER wallet_stays BEFORE UPDATE ON wallets_wallet
    FOR EACH ROW EXECUTE FUNCTION wallet_rows_stay();
CREATE OR REPLACE TRIGGER wallet_entry_stays BEFORE UPDATE ON wallets_wallettransaction
    FOR EACH ROW EXECUTE FUNCTION wallet_rows_stay();
CREATE OR REPLACE TRIGGER wallet_lot_stays BEFORE UPDATE ON wallets_lot
    FOR EACH ROW EXECUTE FUNCTION wallet_rows_stay();
CREATE OR REPLACE TRIGGER wallet_take_stays BEFORE UPDATE ON wallets_lottake
    FOR EACH ROW EXECUTE FUNCTION wallet_rows_stay();
