"""The inputs of an archive job: files of several formats in, raw articles with their positions out."""
