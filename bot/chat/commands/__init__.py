"""The slash commands: one module per group."""
