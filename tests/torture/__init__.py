"""`make torture`: the bot is killed again and again while alerts are due, and what was lost or doubled is counted."""
