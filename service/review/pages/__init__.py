"""The editors' pages: routes, forms, templates and what they show."""
