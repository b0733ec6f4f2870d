"""What is kept between requests: in this process, or in Redis for all who serve the mock."""
