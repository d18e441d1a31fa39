"""The quiz file: what pydantic lets in, one class for each kind of question."""
