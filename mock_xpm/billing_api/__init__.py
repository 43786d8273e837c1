"""`quote.api` and `invoice.api`."""
