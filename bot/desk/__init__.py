"""Use cases: what a person, an import or the command line may do to the record, and the questions that people ask.

A write is one function that takes a WriteSession: it reads by id inside that transaction, so that it refuses what was undone
or renamed in the meantime, decides, writes and announces, in that order, so that no caller can forget to announce. Questions
are functions that take a Session. Both return values; a refusal is a CaseError, worded where the mistake is found. No
Discord, no argparse, no cards.
"""
