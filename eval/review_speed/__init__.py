"""How long the pages of the editors' queue take as the queue grows."""
