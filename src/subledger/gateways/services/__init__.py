"""What may be done with gateways: ask for money (`requesting`), carry it out (`working`), learn what became of it
(`outcomes`, `noticing`, `reconciling`, `inbox`), and keep providers and instruments."""
