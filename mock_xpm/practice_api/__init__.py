"""`staff.api`, and the lists that a practice sets up for itself."""
