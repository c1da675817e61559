"""Training the trunk and the heads that are trained with it, and the teacher that marks more news for it."""
