"""Every word a person reads, in Discord and on the terminal. Neutral: who said what, when, where it stands written."""
