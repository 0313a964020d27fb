"""From the clock to a message: what is due is planned in the database, then delivered exactly once."""
