"""From the clock to a message: what is due is planned in the database, then posted exactly once."""
