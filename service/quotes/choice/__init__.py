"""Who said each quotation: proposals, what speaks for them, and the choice with its confidence."""
