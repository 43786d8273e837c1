"""How a world document becomes rows."""
