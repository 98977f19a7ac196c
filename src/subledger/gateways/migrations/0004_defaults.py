"""Companies made before gateways get what collecting needs, as new companies have it; rows of the same code stay."""

from django.db import migrations

DEFAULTS = """
    INSERT INTO journal_ledgeraccount (company_id, code, name, description, is_active, kind)
    SELECT id, '5200', 'Payment gateway fees', '', true, 'expense' FROM companies_company
        ON CONFLICT DO NOTHING;
    INSERT INTO accounts_paymentpreference (company_id, code, name, description, is_active, is_default)
    SELECT id, 'card', 'Card', '', true, false FROM companies_company
        ON CONFLICT DO NOTHING;
    INSERT INTO transactions_transactiontype (company_id, code, name, description, is_active, classification, is_default)
    SELECT id, 'paid_back', 'Paid back through the gateway', '', true, 'payment_cancellation', false
      FROM companies_company
        ON CONFLICT DO NOTHING;
    WITH made AS (
        INSERT INTO transactions_refundmethod (company_id, code, name, description, is_active, ledger_account_id)
        SELECT company_id, 'card', 'Back to the card', '', true, id FROM journal_ledgeraccount WHERE code = '1020'
            ON CONFLICT DO NOTHING
        RETURNING id, company_id
    )
    INSERT INTO transactions_transactiontype_refund_methods (transactiontype_id, refundmethod_id)
    SELECT t.id, made.id FROM made
      JOIN transactions_transactiontype t
        ON t.company_id = made.company_id AND t.classification = 'refund' AND t.is_default;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gateways", "0003_creditor"),
        ("journal", "0003_gateway_fees"),
        ("accounts", "0003_release_payment_preferences"),
        ("transactions", "0005_pending"),
        ("companies", "0001_initial"),
    ]
    operations = [migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop)]
