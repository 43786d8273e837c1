"""What mock_xpm keeps: a table for each record, every key beginning with `tenant_id`.

A row that has a `uuid` has an `id` too, the integer by which version 3.0 of the API names it.
"""
