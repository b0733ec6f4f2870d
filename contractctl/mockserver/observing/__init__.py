"""What was asked of the mock and what it answered: the journal, coverage and metrics, and what hides credentials."""
