"""Discord only: a command parses its options, calls one function of bot/desk, and renders the result."""
