"""The kinds of changes that a diff tells: what each means for whom, and a pair of descriptions that shows it."""
