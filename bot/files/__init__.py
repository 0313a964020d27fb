"""Record files and spreadsheets: one schema for reading and for writing."""
