"""The commands of ``pullquote``: what each one does. ``__main__`` declares ``analyze`` and ``serve``."""
