"""Export: the outbox and the ERP adapters."""
