"""The only SQL of the project: tables, sessions, queries, outbox. Callers hold a connection and pass the time in."""
