"""What must never be false of providers, requests, claims and charges, whatever door is used."""

from django.db import migrations

from subledger.platform.guards import append_only

ONE_PROVIDER = """
    -- A method, a cancellation type and a preference belong to one provider at most.
    CREATE UNIQUE INDEX provider_method_once ON gateways_provider_payment_methods (paymentmethod_id);
    CREATE UNIQUE INDEX provider_refund_method_once ON gateways_provider_refund_methods (refundmethod_id);
    CREATE UNIQUE INDEX provider_preference_once ON gateways_provider_preferences (paymentpreference_id);
"""

REQUESTS = """
    -- A request keeps what it is about; a final one keeps its state, but for money that moved after
    -- all, and for a refund that came back.
    CREATE FUNCTION payment_request_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.id, OLD.company_id, OLD.provider_id, OLD.mode, OLD.type, OLD.account_id, OLD.amount_minor, OLD.currency,
            OLD.charge_id) IS DISTINCT FROM
           (NEW.id, NEW.company_id, NEW.provider_id, NEW.mode, NEW.type, NEW.account_id, NEW.amount_minor, NEW.currency,
            NEW.charge_id)
           OR (OLD.state = 'posted' AND NEW.state <> 'posted' AND (OLD.type = 'payment' OR NEW.state <> 'rejected'))
           OR (OLD.state = 'rejected' AND NEW.state NOT IN ('rejected', 'posted')) THEN
            RAISE EXCEPTION 'payment request % is %: it cannot be changed so', OLD.id, OLD.state
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_request_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER payment_request_stays BEFORE UPDATE ON gateways_paymentrequest
        FOR EACH ROW EXECUTE FUNCTION payment_request_stays();

    -- Claims are open exactly as long as their request is.
    CREATE FUNCTION claims_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE gateways_claim SET is_open = false WHERE request_id = NEW.id AND is_open;
        RETURN NULL;
    END $$;
    CREATE TRIGGER claims_follow AFTER UPDATE OF state ON gateways_paymentrequest FOR EACH ROW
        WHEN (NEW.state IN ('posted', 'rejected') AND OLD.state NOT IN ('posted', 'rejected'))
        EXECUTE FUNCTION claims_follow();

    CREATE FUNCTION claim_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'claims follow their request: % is refused', TG_OP
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'claim_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER claim_stays BEFORE UPDATE ON gateways_claim FOR EACH ROW EXECUTE FUNCTION claim_stays();

    -- What is paid back of a charge is held from the moment it is asked for: the CHECK on the charge caps the sum,
    -- however many ask at once, for they meet at its row.
    CREATE FUNCTION charge_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        before bigint := CASE WHEN TG_OP = 'UPDATE' AND OLD.state <> 'rejected' THEN OLD.amount_minor ELSE 0 END;
        after bigint := CASE WHEN NEW.state <> 'rejected' THEN NEW.amount_minor ELSE 0 END;
    BEGIN
        IF after <> before THEN
            UPDATE gateways_charge SET reserved_minor = reserved_minor + after - before WHERE id = NEW.charge_id;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER charge_reserved AFTER INSERT OR UPDATE OF state ON gateways_paymentrequest FOR EACH ROW
        WHEN (NEW.charge_id IS NOT NULL) EXECUTE FUNCTION charge_reserved();

    CREATE FUNCTION charge_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        free text[] := ARRAY['reserved_minor', 'fee_minor', 'fee_currency'];
    BEGIN
        IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
           OR (OLD.fee_minor IS NOT NULL AND OLD.fee_minor IS DISTINCT FROM NEW.fee_minor)
           OR (OLD.reserved_minor <> NEW.reserved_minor AND pg_trigger_depth() < 2) THEN
            RAISE EXCEPTION 'charge % is what the gateway captured: it cannot be edited', OLD.reference
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'charge_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER charge_stays BEFORE UPDATE ON gateways_charge FOR EACH ROW EXECUTE FUNCTION charge_stays();
"""

TRANSACTIONS = """
    -- What an open request is about stands still: nobody posts, rejects or cancels it past the gateway.
    CREATE FUNCTION gateway_holds() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM gateways_paymentrequest r
                    WHERE r.transaction_id = OLD.id AND r.state NOT IN ('posted', 'rejected')) THEN
            RAISE EXCEPTION 'transaction % waits for its gateway', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'gateway_holds';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER gateway_holds BEFORE UPDATE ON transactions_transaction FOR EACH ROW
        WHEN (OLD.state = 'pending' AND NEW.state <> 'pending' OR OLD.state = 'posted' AND NEW.state = 'cancelled')
        EXECUTE FUNCTION gateway_holds();
"""

INBOX = """
    -- What was delivered is kept as it came; only what became of it changes.
    CREATE FUNCTION inbox_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        free text[] := ARRAY['state', 'tries', 'process_at', 'processed_at', 'error'];
    BEGIN
        IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
            RAISE EXCEPTION 'event % is kept as it was delivered', OLD.external_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inbox_event_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER inbox_event_stays BEFORE UPDATE ON gateways_inboxevent
        FOR EACH ROW EXECUTE FUNCTION inbox_event_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("gateways", "0001_initial"), ("transactions", "0005_pending")]
    operations = [
        migrations.RunSQL(
            ONE_PROVIDER,
            "DROP INDEX provider_method_once, provider_refund_method_once, provider_preference_once;",
        ),
        migrations.RunSQL(
            REQUESTS,
            "DROP FUNCTION payment_request_stays() CASCADE; DROP FUNCTION claims_follow() CASCADE;"
            "DROP FUNCTION claim_stays() CASCADE; DROP FUNCTION charge_reserved() CASCADE;"
            "DROP FUNCTION charge_stays() CASCADE;",
        ),
        migrations.RunSQL(TRANSACTIONS, "DROP FUNCTION gateway_holds() CASCADE;"),
        migrations.RunSQL(INBOX, "DROP FUNCTION inbox_event_stays() CASCADE;"),
        *[
            append_only(f"gateways_{table}", updates=True)
            for table in ("paymentrequest", "claim", "attempt", "charge", "dispute", "inboxevent")
        ],
    ]
