"""The image and the places it can go."""
