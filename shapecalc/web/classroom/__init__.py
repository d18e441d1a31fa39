"""Graded quizzes on the web: keys and seeds stay on the server, answers go into the gradebook."""
