"""The only SQL of the project: tables, sessions, queries, notices. Callers hold a connection and pass the time in."""
