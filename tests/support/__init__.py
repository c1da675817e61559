"""What several rooms of tests share: fixtures, stand-ins, sample data and servers."""
