"""The command line: arguments in, exit status out. The only package that prints."""
