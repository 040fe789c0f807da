"""A second implementation of the money rules, written from the facts sheet alone, to check the first by."""
