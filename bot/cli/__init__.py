"""What the command line does: one module a group of verbs, imported only when the verb is used."""
