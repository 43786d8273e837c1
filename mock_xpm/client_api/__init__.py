"""`client.api`, `clientgroup.api` and `customfield.api`: clients and what hangs on them."""
