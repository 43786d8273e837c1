"""`job.api`: jobs and what is on them."""
