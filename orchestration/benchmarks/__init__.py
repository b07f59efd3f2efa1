"""`leadline bench NAME`: measurements of whole commands, as a user runs them, each in a home of its own."""
