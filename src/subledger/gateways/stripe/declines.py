"""What Stripe's codes mean for a payment that failed.

Decline codes of cards (docs.stripe.com/declines/codes), failure codes of bank debits
(docs.stripe.com/api/charges/object#charge_object-failure_code), codes of errors (docs.stripe.com/error-codes) and
reasons for which a payment was cancelled there.
"""

from __future__ import annotations

from collections.abc import Mapping

from subledger.gateways.declines import DeclineClass as D

_HARD = """
    bank_account_restricted bank_account_unusable bank_account_unverified bank_ownership_changed account_closed
    account_frozen account_country_invalid_address card_not_supported currency_not_supported debit_not_authorized
    do_not_try_again expired_card fraudulent highest_risk_level incorrect_account_holder_name incorrect_address
    incorrect_cvc incorrect_number incorrect_zip invalid_account invalid_account_number invalid_card_type invalid_cvc
    invalid_expiry_month invalid_expiry_year invalid_number lost_card merchant_blacklist
    new_account_information_available no_account not_permitted payment_intent_mandate_invalid
    payment_method_bank_account_blocked payment_method_invalid_parameter payment_method_not_available
    payment_method_unactivated payment_method_unexpected_state payment_method_unsupported_type pickup_card
    pin_try_exceeded resource_missing restricted_card revocation_of_all_authorizations revocation_of_authorization
    security_violation sepa_unsupported_account service_not_allowed stolen_card stop_payment_order testmode_decline
    transaction_not_allowed
"""
_SOFT = """
    approve_with_id balance_insufficient call_issuer card_decline_rate_limit_exceeded card_declined
    card_velocity_exceeded charge_exceeds_source_limit charge_exceeds_transaction_limit
    charge_exceeds_weekly_limit do_not_honor duplicate_transaction generic_decline insufficient_funds invalid_amount
    no_action_taken payment_intent_payment_attempt_failed payment_method_provider_decline reenter_transaction
    try_again_later withdrawal_count_limit_exceeded
"""
_CUSTOMER_NEEDED = """
    authentication_not_handled authentication_required incorrect_pin invalid_pin offline_pin_required
    online_or_offline_pin_required payment_intent_authentication_failure payment_method_customer_decline
    session_expired setup_intent_authentication_failure
"""
_GATEWAY_ERROR = """
    amount_too_large amount_too_small api_error api_key_expired could_not_process generic_could_not_process
    idempotency_error invalid_currency invalid_request_error issuer_not_available lock_timeout
    payment_method_provider_timeout processing_error rate_limit stripe_error
"""
# A payment that somebody cancelled at Stripe.
_CALLED_OFF = "abandoned automatic canceled duplicate failed_invoice requested_by_customer void_invoice"

STRIPE_DECLINES: Mapping[str, D] = {
    code: class_
    for class_, codes in (
        (D.HARD, _HARD),
        (D.SOFT, _SOFT),
        (D.CUSTOMER_NEEDED, _CUSTOMER_NEEDED),
        (D.GATEWAY_ERROR, _GATEWAY_ERROR),
        (D.CALLED_OFF, _CALLED_OFF),
    )
    for code in codes.split()
}
