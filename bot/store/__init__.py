"""The only SQL of the project. Callers hold a connection, inside a transaction of theirs, and pass the time in."""
