"""What is left of a run for people to read: a page for each run, and one that lists them."""
