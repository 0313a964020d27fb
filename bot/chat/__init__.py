"""Discord only: a command parses its options, calls one function of the desk, and shows what comes back."""
