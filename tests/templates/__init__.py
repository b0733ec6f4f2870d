"""The files for other people: whoever judges such files takes them, and nothing has more rights than it needs."""
