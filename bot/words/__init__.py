"""Every word that people read, in Discord and on the terminal. Neutral: who said what, when, and which source."""
