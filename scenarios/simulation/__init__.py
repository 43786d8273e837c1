"""A simulator: the unmodified syncer and both fakes under faults, in one thread, on simulated time.

`script` draws from a seed what people do and what goes wrong, `run` plays it, `oracle` and `invariants`
judge what came of it, `shrink` makes a failing script small, and `explore` does all that for many seeds.
"""
