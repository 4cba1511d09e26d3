"""What the inputs and the result mean: the only room that knows pydantic."""
