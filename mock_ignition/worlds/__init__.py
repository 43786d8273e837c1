"""The world document of mock_ignition, by what its records are about."""
