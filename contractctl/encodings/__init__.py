"""Values as bodies of media types that are not JSON, both ways. Imports nothing of ours; ships in the image too."""
