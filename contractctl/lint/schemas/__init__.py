"""Analyses of schemas that are more than a rule: which are empty, which have no end, what properties there are."""
