"""Media topics of an article."""
