"""Variants: quizzes whose numbers are drawn anew for each student."""
