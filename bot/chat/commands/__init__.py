"""The slash commands: one module a group."""
