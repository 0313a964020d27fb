"""Spreadsheets of recipients: their rows read and recorded, the template, and cases written out as a table."""
