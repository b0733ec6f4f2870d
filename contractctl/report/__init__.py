"""Reports to text: one pure render function a format."""
