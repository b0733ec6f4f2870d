"""The GitHub Actions environment: event, annotations, summary, outputs."""
