"""What may be done with gateways: ask for money (`submission`), carry it out (`worker`), learn what became of it
(`outcomes`, `gateway_events`, `reconciliation`, `inbox`), and keep providers and instruments."""
