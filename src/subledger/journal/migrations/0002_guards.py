"""The books balance, stay closed and stay as written because the database says so.

Statement triggers look at a whole set through its transition table: a set of thousands costs one check. Joins are
held to index look-ups so that a plan made while tables were empty stays right when they are large.
"""

from django.db import migrations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only

ENTRIES = """
    CREATE FUNCTION journal_entry_guard() RETURNS trigger LANGUAGE plpgsql
        SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
        SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
        bad record;
    BEGIN
        -- Closing takes this lock alone: an entry is either before the closing or sees it.
        PERFORM pg_advisory_xact_lock_shared(c.company_id) FROM (SELECT DISTINCT company_id FROM new_rows) c;
        SELECT n.id, n.effective_on, p.through INTO bad FROM new_rows n
          JOIN journal_periodclose p
            ON p.company_id = n.company_id AND p.reopened_at IS NULL AND p.through >= n.effective_on
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'entry % of % is in a closed period: the books are closed through %',
                bad.id, bad.effective_on, bad.through
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'journal_period_open';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER journal_entry_guard AFTER INSERT ON journal_journalentry
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_guard();
"""

LINES = """
    CREATE FUNCTION journal_line_guard() RETURNS trigger LANGUAGE plpgsql
        SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
        SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
        bad bigint;
    BEGIN
        SELECT n.entry_id INTO bad FROM new_rows n
          LEFT JOIN journal_journalentry e ON e.id = n.entry_id
          LEFT JOIN journal_ledgeraccount a ON a.id = n.ledger_account_id
         GROUP BY n.entry_id
        HAVING bool_or((a.company_id = e.company_id AND e.recorded_in = txid_current()) IS NOT TRUE)
            OR sum(n.debit_minor) <> sum(n.credit_minor) OR sum(n.base_debit_minor) <> sum(n.base_credit_minor)
            OR min(n.currency) <> max(n.currency)
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION
                'journal entry % does not balance in one currency, or a line has no ledger account or comes late', bad
                USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER journal_line_guard AFTER INSERT ON journal_journalline
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_line_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunSQL(ENTRIES, "DROP FUNCTION journal_entry_guard() CASCADE;"),
        migrations.RunSQL(LINES, "DROP FUNCTION journal_line_guard() CASCADE;"),
        append_only("journal_journalentry"),
        append_only("journal_journalline"),
        append_only("journal_ledgeraccount", updates=True),
        append_only("journal_periodclose", updates=True),
        bumps_configuration("journal_ledgeraccount"),
    ]
