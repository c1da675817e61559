"""Generating models behind one protocol: in this process, or behind an endpoint."""
