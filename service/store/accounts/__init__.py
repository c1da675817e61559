"""Who may sign in, with what role, by password or key."""
