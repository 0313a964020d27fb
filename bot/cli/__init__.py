"""The command line: `main` and one module for each verb, with what several verbs share."""
