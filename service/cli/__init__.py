"""The commands of ``pullquote``: what each does, apart from how its options are declared (``__main__``)."""
