"""What must never be false of transactions, items, open items and allocations, whatever door is used.

Statement triggers look at whole sets through transition tables. Joins are held to index look-ups so that a plan
made while tables were empty stays right when they are large.
"""

from django.db import migrations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only

# One plan for sets of any size, by index look-ups: planning these statements anew would cost more than running them.
INDEXED = (
    "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan"
)

TRANSACTION_ARRIVED = f"""
    -- A posted transaction becomes an open item; its references exist, in its own company and currency.
    CREATE OR REPLACE FUNCTION transaction_arrived() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$
    DECLARE
        bad bigint;
    BEGIN
        SELECT n.id INTO bad FROM new_rows n
          LEFT JOIN accounts_account a ON a.id = n.account_id
          LEFT JOIN transactions_transactiontype t ON t.id = n.type_id
         WHERE (a.company_id = n.company_id AND a.currency = n.currency
                AND t.company_id = n.company_id AND t.classification = n.classification
                AND (TG_OP = 'UPDATE' OR n.state = 'draft' OR (n.state = 'posted' AND a.state <> 'terminated'))) IS NOT TRUE
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'transaction % does not fit its account or type, or begins in a state it cannot begin in', bad
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_references';
        END IF;
        IF TG_OP = 'INSERT' THEN
            INSERT INTO transactions_openitem
                (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                 open_base_minor)
            SELECT id, company_id, account_id, classification IN ('invoice', 'refund', 'payment_cancellation'),
                   coalesce(due_on, posted_on), posted_on, posted_on, amount_minor, base_minor
              FROM new_rows WHERE state = 'posted';
        ELSE
            INSERT INTO transactions_openitem
                (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                 open_base_minor)
            SELECT n.id, n.company_id, n.account_id, n.classification IN ('invoice', 'refund', 'payment_cancellation'),
                   coalesce(n.due_on, n.posted_on), n.posted_on, n.posted_on, n.amount_minor,
                   n.base_minor
              FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.state = 'posted' AND o.state IN ('draft', 'pending');
        END IF;
        RETURN NULL;
    END $$;
"""

TRANSACTIONS = """
    CREATE TRIGGER transaction_inserted AFTER INSERT ON transactions_transaction
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transaction_arrived();

    CREATE TRIGGER transaction_updated AFTER UPDATE ON transactions_transaction
        REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION transaction_arrived();
"""

TRANSACTION_STAYS = """
    -- Drafts may change; what waits for its gateway goes back to draft before it may; what was posted changes its state
    -- (once, forward) and its metadata, and nothing else.
    CREATE OR REPLACE FUNCTION transaction_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        free text[] := ARRAY['state', 'metadata', 'updated_at', 'updated_by'];
    BEGIN
        IF OLD.state = 'draft' THEN
            IF (OLD.id, OLD.company_id, OLD.classification) IS DISTINCT FROM (NEW.id, NEW.company_id, NEW.classification)
               OR NEW.state NOT IN ('draft', 'pending', 'posted', 'rejected') THEN
                RAISE EXCEPTION 'draft % keeps its company and classification, and is posted or rejected', OLD.id
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
            END IF;
        ELSIF OLD.state = 'pending' THEN
            IF (OLD.id, OLD.company_id, OLD.classification, OLD.account_id, OLD.amount_minor, OLD.currency)
               IS DISTINCT FROM (NEW.id, NEW.company_id, NEW.classification, NEW.account_id, NEW.amount_minor, NEW.currency)
               OR NEW.state NOT IN ('draft', 'pending', 'posted', 'rejected') THEN
                RAISE EXCEPTION 'transaction % waits for its gateway: it keeps its account and amount', OLD.id
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
            END IF;
        ELSIF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
              OR (NEW.state <> OLD.state
                  AND NOT (OLD.state = 'posted' AND OLD.classification IN ('invoice', 'payment') AND NEW.state = 'cancelled')
                  AND NOT (OLD.state = 'posted' AND OLD.classification = 'invoice' AND NEW.state = 'written_off')) THEN
            RAISE EXCEPTION 'transaction % is %: it cannot be edited', coalesce(OLD.number, OLD.id::text), OLD.state
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
        ELSIF (NEW.state = 'cancelled' AND OLD.state = 'posted'
               AND NOT EXISTS (SELECT 1 FROM transactions_transaction WHERE cancels_id = OLD.id))
              OR (NEW.state = 'written_off' AND OLD.state = 'posted'
                  AND NOT EXISTS (SELECT 1 FROM transactions_transaction WHERE writes_off_id = OLD.id)) THEN
            RAISE EXCEPTION 'transaction % becomes % by a transaction that does it', OLD.number, NEW.state
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_stays';
        END IF;
        RETURN NEW;
    END $$;
"""

IMMUTABLE = """
    CREATE TRIGGER transaction_stays BEFORE UPDATE ON transactions_transaction
        FOR EACH ROW EXECUTE FUNCTION transaction_stays();

    CREATE FUNCTION item_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM transactions_transaction WHERE id = OLD.transaction_id AND state <> 'draft') THEN
            RAISE EXCEPTION 'the items of transaction % are posted: they cannot be edited', OLD.transaction_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'item_stays';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER item_stays BEFORE UPDATE OR DELETE ON transactions_transactionitem
        FOR EACH ROW EXECUTE FUNCTION item_stays();
"""

ITEMS = f"""
    -- Posting writes items before their transaction, so a posted one that exists already takes no more.
    CREATE FUNCTION item_arrived() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$
    DECLARE
        bad bigint;
    BEGIN
        SELECT n.transaction_id INTO bad FROM new_rows n
          JOIN transactions_transaction t ON t.id = n.transaction_id WHERE t.state <> 'draft' LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'transaction % is posted: it takes no more items', bad
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'item_arrived';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER item_arrived AFTER INSERT ON transactions_transactionitem
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION item_arrived();
"""

OPEN_ITEMS = """
    CREATE FUNCTION open_item_is_derived() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'open items follow from transactions and allocations: % is refused', TG_OP
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'open_item_is_derived';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER open_item_is_derived BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON transactions_openitem
        FOR EACH STATEMENT EXECUTE FUNCTION open_item_is_derived();
"""

ALLOCATION_MADE = f"""
    CREATE OR REPLACE FUNCTION allocation_made() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$
    BEGIN
        -- Both sides are open items of the allocation's own account. What is taken whole goes, what is taken in
        -- part shrinks; anything else wanted more than there was, or another account's, and what is then left or
        -- inserted breaks the CHECK of that name on open items: nothing open is below one minor unit.
        WITH sides AS MATERIALIZED (
            SELECT company_id, account_id, false AS is_debit, credit_id AS id, sum(minor)::bigint AS minor,
                   sum(credit_base_minor)::bigint AS base
              FROM new_rows WHERE released_on IS NULL GROUP BY credit_id, account_id, company_id
            UNION ALL
            SELECT company_id, account_id, true, debit_id, sum(minor)::bigint, sum(debit_base_minor)::bigint
              FROM new_rows WHERE released_on IS NULL GROUP BY debit_id, account_id, company_id
        )
        MERGE INTO transactions_openitem o USING sides s
           ON o.transaction_id = s.id
              AND (o.company_id, o.account_id, o.is_debit) = (s.company_id, s.account_id, s.is_debit)
         WHEN MATCHED AND o.open_minor = s.minor AND o.open_base_minor = s.base THEN DELETE
         WHEN MATCHED THEN UPDATE
              SET open_minor = o.open_minor - s.minor, open_base_minor = o.open_base_minor - s.base
         WHEN NOT MATCHED THEN
              INSERT (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                      open_base_minor)
              VALUES (s.id, s.company_id, s.account_id, s.is_debit, '-infinity', '-infinity', '-infinity', -s.minor, 0);
        IF EXISTS (SELECT 1 FROM new_rows WHERE released_on IS NOT NULL) THEN  -- made and released in one set, between two days: it took nothing, but must fit
            PERFORM 1 FROM new_rows n
              LEFT JOIN transactions_transaction c ON c.id = n.credit_id
              LEFT JOIN transactions_transaction d ON d.id = n.debit_id
             WHERE n.released_on IS NOT NULL
               AND (c.account_id = n.account_id AND d.account_id = n.account_id AND c.company_id = n.company_id
                    AND c.classification NOT IN ('invoice', 'refund', 'payment_cancellation')
                    AND d.classification IN ('invoice', 'refund', 'payment_cancellation')) IS NOT TRUE;
            IF FOUND THEN
                RAISE EXCEPTION 'an allocation joins what it must not'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_within_open';
            END IF;
        END IF;
        RETURN NULL;
    END $$;
"""

ALLOCATIONS = f"""
    CREATE TRIGGER allocation_made AFTER INSERT ON transactions_allocation
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION allocation_made();

    CREATE FUNCTION allocation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        free text[] := ARRAY['released_on', 'released_at', 'release_reason'];
    BEGIN
        IF OLD.released_on IS NOT NULL OR NEW.released_on IS NULL
           OR (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
            RAISE EXCEPTION 'allocation % is never edited: it can be released, once', OLD.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'allocation_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER allocation_stays BEFORE UPDATE ON transactions_allocation
        FOR EACH ROW EXECUTE FUNCTION allocation_stays();

    CREATE FUNCTION allocation_released() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$
    BEGIN
        INSERT INTO transactions_openitem AS o
            (transaction_id, company_id, account_id, is_debit, order_on, posted_on, available_on, open_minor,
                 open_base_minor)
        SELECT t.id, t.company_id, t.account_id, s.is_debit, coalesce(t.due_on, t.posted_on), t.posted_on,
               greatest(t.posted_on, s.released_on), s.minor, s.base
          FROM (SELECT credit_id AS id, false AS is_debit, max(released_on) AS released_on,
                       sum(minor)::bigint AS minor, sum(credit_base_minor)::bigint AS base
                  FROM new_rows GROUP BY credit_id
                UNION ALL
                SELECT debit_id, true, max(released_on), sum(minor)::bigint, sum(debit_base_minor)::bigint
                  FROM new_rows GROUP BY debit_id) s
          JOIN transactions_transaction t ON t.id = s.id
        ON CONFLICT (transaction_id) DO UPDATE
            SET open_minor = o.open_minor + EXCLUDED.open_minor,
                open_base_minor = o.open_base_minor + EXCLUDED.open_base_minor,
                available_on = greatest(o.available_on, EXCLUDED.available_on);
        RETURN NULL;
    END $$;
    CREATE TRIGGER allocation_released AFTER UPDATE ON transactions_allocation
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION allocation_released();
"""

TYPE_LISTS = "transactions_transactiontype_{}"
TYPE_BUMP = """
    CREATE FUNCTION bump_configuration_of_type() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE companies_company SET config_version = next_id() WHERE id IN (
            SELECT t.company_id FROM transactions_transactiontype t JOIN changed c ON c.transactiontype_id = t.id);
        RETURN NULL;
    END $$;
""" + "".join(
    f"CREATE TRIGGER {TYPE_LISTS.format(name)}_{event.lower()} AFTER {event} ON {TYPE_LISTS.format(name)}"
    f" REFERENCING {'OLD' if event == 'DELETE' else 'NEW'} TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration_of_type();"
    for name in ("payment_methods", "refund_methods", "categories")
    for event in ("INSERT", "DELETE")
)


CONTROL = """
    -- Balances and the journal agree by account: a control account that carries entries stays the control account.
    CREATE FUNCTION control_accounts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM journal_journalentry WHERE company_id = OLD.company_id) THEN
            RAISE EXCEPTION 'the control accounts of company % carry entries: they cannot be changed', OLD.company_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'control_accounts_stay';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER control_accounts_stay BEFORE UPDATE ON transactions_transactiondefinition FOR EACH ROW
        WHEN ((OLD.receivable_id, OLD.suspense_id) IS DISTINCT FROM (NEW.receivable_id, NEW.suspense_id))
        EXECUTE FUNCTION control_accounts_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("transactions", "0001_initial"), ("accounts", "0002_guards"), ("journal", "0002_guards")]
    operations = [
        migrations.RunSQL(TRANSACTION_ARRIVED, "DROP FUNCTION transaction_arrived() CASCADE;"),
        migrations.RunSQL(TRANSACTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(TRANSACTION_STAYS, "DROP FUNCTION transaction_stays() CASCADE;"),
        migrations.RunSQL(IMMUTABLE, "DROP FUNCTION item_stays() CASCADE;"),
        migrations.RunSQL(ITEMS, "DROP FUNCTION item_arrived() CASCADE;"),
        migrations.RunSQL(OPEN_ITEMS, "DROP FUNCTION open_item_is_derived() CASCADE;"),
        migrations.RunSQL(ALLOCATION_MADE, "DROP FUNCTION allocation_made() CASCADE;"),
        migrations.RunSQL(
            ALLOCATIONS,
            "DROP FUNCTION allocation_stays() CASCADE;"
            "DROP FUNCTION allocation_released() CASCADE;",
        ),
        migrations.RunSQL(CONTROL, "DROP FUNCTION control_accounts_stay() CASCADE;"),
        append_only("transactions_transaction", updates=True),
        append_only("transactions_allocation", updates=True),
        append_only("transactions_transactionitem", updates=True, deletes=True),
        *[
            append_only(f"transactions_{table}", updates=True)
            for table in ("transactiontype", "paymentmethod", "refundmethod", "category", "reason")
        ],
        bumps_configuration(
            "transactions_transactiontype", "transactions_paymentmethod", "transactions_refundmethod",
            "transactions_category", "transactions_transactiondefinition", "transactions_postingrule",
        ),
        migrations.RunSQL(TYPE_BUMP, "DROP FUNCTION bump_configuration_of_type() CASCADE;"),
    ]
