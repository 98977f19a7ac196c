from django.db import migrations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only

IDENTITY = """
    CREATE FUNCTION account_keeps_its_identity() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'account % keeps its company, currency, type and number', OLD.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_keeps_its_identity';
    END $$;
    CREATE TRIGGER account_keeps_its_identity BEFORE UPDATE ON accounts_account FOR EACH ROW
        WHEN ((OLD.company_id, OLD.currency, OLD.type, OLD.number, OLD.system_role)
              IS DISTINCT FROM (NEW.company_id, NEW.currency, NEW.type, NEW.number, NEW.system_role))
        EXECUTE FUNCTION account_keeps_its_identity();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(IDENTITY, "DROP FUNCTION account_keeps_its_identity() CASCADE;"),
        append_only("accounts_account", updates=True),
        append_only("accounts_customer", updates=True),
        bumps_configuration("accounts_accountdefinition"),
    ]
