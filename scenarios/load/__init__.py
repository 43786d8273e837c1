"""Load tests of the daily sync, with Locust."""
