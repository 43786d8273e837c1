"""The world document of mock_xpm, by what its records are about."""
