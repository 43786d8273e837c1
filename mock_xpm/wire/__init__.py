"""How records are written and read: XML of both versions, JSON, XML in."""
