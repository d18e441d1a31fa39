"""Quizzes: files of questions, with keys that the engine computes."""
