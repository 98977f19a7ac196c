"""What writes outside of those services that are told an actor, and asks for no permission itself."""

from __future__ import annotations

# What writes and asks for nothing itself, by the reason why it need not. A name that no longer writes, or asks by now,
# has to leave.
UNASKED_BECAUSE = {
    "a setting of one's own, which nobody else sees": """
        companies.formats.set_own_formats
        companies.saved_views.choose_columns companies.saved_views.open_with""",
    "a login, a session or a second factor of one's own, which is proved and not permitted": """
        people.jobs.send_reset_links people.services.logins.end_session people.services.logins.end_sessions
        people.services.logins.may_ask_for_reset people.services.logins.set_password
        people.services.logins.sweep_sessions people.services.resets.ask_for_reset
        people.services.resets.take_reset_requests people.services.second_factor.add_second_factor
        people.services.second_factor.make_recovery_codes people.services.second_factor.prove_second_factor
        people.sessions.SessionStore.clear_expired people.sessions.SessionStore.delete
        people.trail.record_name_event""",
    "what a company is founded with, or the house after a migration": """
        companies.provision.provide config.schema_snapshot.load documents.defaults.make_letterhead
        documents.kinds.write_kinds journal.defaults.give_ledger_accounts journal.defaults.write_sources
        messages.defaults.standard_templates transactions.defaults.give_rules platform.numbering.create_series
        platform.installation.keep_secret_key""",
    "machinery of the floor, part of a deed that asks": """
        platform.events.record_events platform.idempotency.answer_once platform.idempotency.binding
        platform.jobs.wake platform.number_ranges.pass_over platform.number_ranges.renumber
        platform.numbering.next_number platform.row_copies.copy_in platform.scope.RecordQuerySet.bulk_create
        platform.checked.keep_check journal.services.record_entries transactions.services.posting.write""",
    "housekeeping of workers, which changes nothing that anybody decided": """
        platform.idempotency.sweep_answers platform.jobs.rescue_stalled platform.listeners.hear
        platform.listeners.hear_events journal.totals.merge_parts transactions.day_sums.follow
        runs.services.files.drop_old_files
        webhooks.due_work.delete_done imports.endings.forget_rejected""",
    "a guard that carries a change through, when the row is saved that was asked for": """
        transactions.guards.check_definition""",
    "a step of a deed that asks: paying, asking for money, recording a way to pay": """
        accounts.preferences.keep_recurring collecting.batches.payment_run_for
        gateways.services.batches.hold_batch gateways.services.batches.open_batch
        gateways.services.batches.release_batch gateways.services.batches.withdraw_batch
        gateways.services.request_sets.payments_of gateways.services.instruments.keep_customer""",
    "what a gateway or a bank says, and what follows from it": """
        gateways.services.bars.bar gateways.services.bars.unbar_what_paid gateways.services.holdings.keep_restored
        gateways.services.inbox.keep
        gateways.services.inbox.receive gateways.services.outcome_rows.keep_transactions
        gateways.services.outcome_rows.write_attempts gateways.services.outcome_rows.write_requests
        gateways.services.polling.poll gateways.services.put_off.wake_put_off
        gateways.services.told.ToldBefore.write gateways.services.unbooked.close gateways.services.links.remind
        retries.services.schedule.go_on_or_end retries.services.schedule.schedule""",
    "what dunning saw of plans that others chose": "dunning.services.assignments.note_assignments",
    "what follows from a day that has come": "promises.services.promises.break_promises",
    "a step of an import, which asks for each row": """
        imports.endings.end_import imports.execution.record imports.files.drop imports.files.keep
        imports.parts.Parts.keep imports.runs.keep_batch imports.runs.select imports.spools.RowSpool.arrange
        imports.spools.RowSpool.take""",
    "a step of what moves money of wallets, which asks, or follows from what was posted": """
        wallets.services.openings.keep wallets.services.rows.end_takes wallets.services.rows.update_lots
        wallets.services.rows.update_wallets wallets.services.sets.WalletSet.write""",
    "a step of a run, which was asked for when it was started": """
        runs.services.batches.do_together runs.services.files.drop_parts runs.services.files.keep_file
        runs.services.files.note_fetched runs.services.start.start_due runs.services.batches.cancel_open_steps
        runs.services.worker.work""",
    "the delivery of events, to endpoints that somebody was allowed to make": """
        webhooks.services.event_queue.queue_events webhooks.services.leases.release
        webhooks.services.leases.renew webhooks.services.leases.take webhooks.services.outcomes.take_in""",
}
