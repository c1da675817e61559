"""Generating models behind one interface (``backend``): in this process, or behind an endpoint."""
