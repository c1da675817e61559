"""The database's schema, step by step. A step that was released never changes: another follows it.

To add one: change ``schema.py``, then write ``versions/vNNNN_what.py`` after the last, and name its revision
in ``migrate.HEAD``. The tests compare what the steps make with what ``schema.py`` says.
"""
