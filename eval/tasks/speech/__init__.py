"""Tasks on who said what: attributions, names, speakers, and which quote to pull."""
