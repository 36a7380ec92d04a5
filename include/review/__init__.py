"""Review: what a person is asked, and what they answered."""
