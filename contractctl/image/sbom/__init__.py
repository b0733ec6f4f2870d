"""What is in an image, told by its packed layers: a bill of materials as SPDX 2.3 in JSON."""
