"""Pages: the lists that answers hold, cut into pages that agree with each other."""
