"""Wallets, what moves in them, and the lots that pay for it."""

import django.db.models.deletion
import subledger.platform.fields
from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0010_recurring'),
        ('catalog', '0006_names_by_language'),
        ('companies', '0011_numbering_changed'),
        ('journal', '0009_daily_totals'),
        ('transactions', '0037_items_posted_as_entered'),
    ]

    operations = [
        migrations.CreateModel(
            name='Wallet',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('number', models.TextField()),
                ('currency', models.CharField(max_length=3)),
                ('state', models.CharField(default="effective", max_length=9)),
                ('left_minor', models.BigIntegerField(default=0)),
                ('short_minor', models.BigIntegerField(default=0)),
                ('opened_on', models.DateField()),
                ('created_at', models.DateTimeField()),
                ('created_by', models.TextField()),
                ('cancelled_on', models.DateField(null=True)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='wallet', to='accounts.account')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
            ],
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('face_minor', models.BigIntegerField()),
                ('paid_minor', models.BigIntegerField()),
                ('face_left_minor', models.BigIntegerField()),
                ('paid_left_minor', models.BigIntegerField()),
                ('credited_on', models.DateField()),
                ('expires_on', models.DateField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('product', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
                ('wallet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='wallets.wallet')),
            ],
        ),
        migrations.CreateModel(
            name='WalletDefinition',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('may_overdraw', models.BooleanField(default=True)),
                ('breakage_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.ledgeraccount')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('crediting_types', models.ManyToManyField(blank=True, related_name='+', to='transactions.transactiontype')),
                ('funding_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transactions.transactiontype')),
                ('reimbursement_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transactions.transactiontype')),
                ('wallet_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.ledgeraccount')),
            ],
            options={
                'verbose_name': 'wallet definition',
            },
        ),
        migrations.CreateModel(
            name='WalletTransaction',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('number', models.TextField()),
                ('kind', models.CharField(max_length=9)),
                ('state', models.CharField(default="effective", max_length=9)),
                ('face_minor', models.BigIntegerField()),
                ('paid_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('posted_on', models.DateField()),
                ('tax_percent', models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ('net_minor', models.BigIntegerField(default=0)),
                ('discount_minor', models.BigIntegerField(default=0)),
                ('tax_minor', models.BigIntegerField(default=0)),
                ('cause', models.CharField(max_length=16)),
                ('cause_number', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('metadata', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.TextField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('counterpart', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wallets.wallettransaction')),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wallet_entries', to='transactions.transaction')),
                ('product', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
                ('source', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wallet_credits', to='transactions.transaction')),
                ('tax_rate', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.taxrate')),
                ('voids', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='voided_by', to='wallets.wallettransaction')),
                ('wallet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='wallets.wallet')),
            ],
            options={
                'verbose_name': 'wallet transaction',
            },
        ),
        migrations.CreateModel(
            name='LotTake',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('face_minor', models.BigIntegerField()),
                ('paid_minor', models.BigIntegerField()),
                ('lot', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='wallets.lot')),
                ('debit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='wallets.wallettransaction')),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wallets.wallettransaction')),
                ('made_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wallets.wallettransaction')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='lot',
            name='credit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='wallets.wallettransaction'),
        ),
        migrations.CreateModel(
            name='WalletTransactionType',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('name_en', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('name_de', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('name_it', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('name_el', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('code', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('is_active', models.BooleanField(default=True)),
                ('kind', models.CharField(max_length=9)),
                ('is_default', models.BooleanField(default=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
            ],
            options={
                'verbose_name': 'wallet transaction type',
                'ordering': ['name'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='wallettransaction',
            name='type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wallets.wallettransactiontype'),
        ),
        migrations.AddConstraint(
            model_name='wallet',
            constraint=models.UniqueConstraint(models.F('company'), models.F('number'), name='wallet_number'),
        ),
        migrations.AddConstraint(
            model_name='wallet',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['effective', 'cancelled'])), name='wallet_state'),
        ),
        migrations.AddConstraint(
            model_name='wallet',
            constraint=models.CheckConstraint(condition=models.Q(('left_minor__gte', 0), ('short_minor__gte', 0)), name='wallet_amounts'),
        ),
        migrations.AddConstraint(
            model_name='wallet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_on', None), ('state', "effective")), models.Q(('cancelled_on__isnull', False), ('left_minor', 0), ('state', "cancelled")), _connector='OR'), name='wallet_cancelled_empty'),
        ),
        migrations.AddConstraint(
            model_name='walletdefinition',
            constraint=models.UniqueConstraint(models.F('company'), name='wallet_definition_one'),
        ),
        migrations.AddIndex(
            model_name='lottake',
            index=models.Index(models.F('debit'), name='wallet_take_debit'),
        ),
        migrations.AddIndex(
            model_name='lottake',
            index=models.Index(models.F('lot'), name='wallet_take_lot'),
        ),
        migrations.AddConstraint(
            model_name='lottake',
            constraint=models.CheckConstraint(condition=models.Q(('face_minor__gt', 0), ('paid_minor__gte', 0), ('paid_minor__lte', models.F('face_minor'))), name='wallet_take_paid'),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(models.F('wallet'), models.F('product'), models.F('expires_on'), models.F('credited_on'), models.F('id'), condition=models.Q(('face_left_minor__gt', 0)), name='wallet_lot_left'),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(models.F('company'), models.F('expires_on'), condition=models.Q(('expires_on__isnull', False), ('face_left_minor__gt', 0)), name='wallet_lot_expires'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('face_minor__gt', 0), ('paid_minor__gte', 0), ('paid_minor__lte', models.F('face_minor'))), name='wallet_lot_face'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('face_left_minor__gte', 0), ('face_left_minor__lte', models.F('face_minor'))), name='wallet_lot_left_face'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('paid_left_minor__gte', 0), ('paid_left_minor__lte', models.F('paid_minor')), ('paid_left_minor__lte', models.F('face_left_minor'))), name='wallet_lot_left_paid'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on', None), ('expires_on__gte', models.F('credited_on')), _connector='OR'), name='wallet_lot_expiry'),
        ),
        migrations.AddConstraint(
            model_name='wallettransactiontype',
            constraint=models.UniqueConstraint(models.F('company'), models.F('code'), name='wallet_type_code'),
        ),
        migrations.AddConstraint(
            model_name='wallettransactiontype',
            constraint=models.UniqueConstraint(models.F('company'), models.F('kind'), condition=models.Q(('is_default', True)), name='wallet_type_one_default'),
        ),
        migrations.AddConstraint(
            model_name='wallettransactiontype',
            constraint=models.CheckConstraint(condition=models.Q(('is_default', False), ('is_active', True), _connector='OR'), name='wallet_type_default_active'),
        ),
        migrations.AddConstraint(
            model_name='wallettransactiontype',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['credit', 'debit', 'reimburse', 'void', 'transfer'])), name='wallet_type_kind'),
        ),
        migrations.AddIndex(
            model_name='wallettransaction',
            index=models.Index(models.F('wallet'), models.F('posted_on'), models.F('id'), name='wallet_entry_wallet'),
        ),
        migrations.AddIndex(
            model_name='wallettransaction',
            index=models.Index(models.F('source'), condition=models.Q(('source__isnull', False)), name='wallet_entry_source'),
        ),
        migrations.AddConstraint(
            model_name='wallettransaction',
            constraint=models.UniqueConstraint(models.F('company'), models.F('number'), name='wallet_entry_number'),
        ),
        migrations.AddConstraint(
            model_name='wallettransaction',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['credit', 'debit', 'reimburse', 'void', 'transfer'])), name='wallet_entry_kind'),
        ),
        migrations.AddConstraint(
            model_name='wallettransaction',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['effective', 'voided'])), name='wallet_entry_state'),
        ),
        migrations.AddConstraint(
            model_name='wallettransaction',
            constraint=models.CheckConstraint(condition=models.Q(('cause__in', ['by_hand', 'payment', 'credit_note', 'account', 'cancellation', 'expiry', 'wallet_cancelled'])), name='wallet_entry_cause'),
        ),
        migrations.AddConstraint(
            model_name='wallettransaction',
            constraint=models.CheckConstraint(condition=models.Q(('face_minor', 0), _negated=True), name='wallet_entry_amount'),
        ),
        migrations.AddConstraint(
            model_name='wallettransaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('face_minor__gt', 0), ('paid_minor__gte', 0), ('paid_minor__lte', models.F('face_minor'))), models.Q(('face_minor__lt', 0), ('paid_minor__gte', models.F('face_minor')), ('paid_minor__lte', 0)), _connector='OR'), name='wallet_entry_paid'),
        ),
        migrations.AddConstraint(
            model_name='wallettransaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('face_minor__gt', 0), ('kind', "credit")), models.Q(('face_minor__lt', 0), ('kind__in', ["debit", "reimburse"])), ('kind__in', ["void", "transfer"]), _connector='OR'), name='wallet_entry_sign'),
        ),
        migrations.AddConstraint(
            model_name='wallettransaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', "void"), ('state', "effective"), ('voids__isnull', False)), models.Q(models.Q(('kind', "void"), _negated=True), ('voids', None)), _connector='OR'), name='wallet_entry_void'),
        ),
        installs("wallets", "wallet_rows_stay_v1"),
        append_only("wallets_wallet", updates=True),
        append_only("wallets_wallettransaction", updates=True),
        append_only("wallets_lot", updates=True),
        append_only("wallets_lottake", updates=True),
        append_only("wallets_walletdefinition", updates=True),
        bumps_configuration("wallets_walletdefinition"),
        bumps_configuration("wallets_wallettransactiontype"),
    ]
