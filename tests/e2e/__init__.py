"""The whole chain through the real command line: description in, image out, containers answering."""
