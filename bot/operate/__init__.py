"""What the person sees who runs the bot: whether it is well, and what `doctor` finds."""
