"""What an editor may do to a review, and what comes of it. Pure: no store, no HTTP."""
