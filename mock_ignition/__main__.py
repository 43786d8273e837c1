"""`python -m mock_ignition`."""

from mock_ignition.cli import main

if __name__ == "__main__":
    main()
