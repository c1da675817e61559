"""What a model is asked, and how: its tasks, a long article in parts, an answer and its repair."""
