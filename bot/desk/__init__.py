"""Use cases: what a person, an import or the command line may do to the record, and the questions that people ask.

One function each, in one transaction each: read, decide, write, announce, in that order. No Discord, no argparse, no cards.
"""
