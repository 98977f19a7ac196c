-- A method, a cancellation type and a preference belong to one provider at most.
CREATE UNIQUE INDEX provider_method_once ON gateways_provider_payment_methods (paymentmethod_id);
CREATE UNIQUE INDEX provider_refund_method_once ON gateways_provider_refund_methods (refundmethod_id);
CREATE UNIQUE INDEX provider_preference_once ON gateways_provider_preferences (paymentpreference_id);
