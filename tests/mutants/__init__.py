"""Mutation testing of what plans a sync: `python -m tests.mutants`."""
