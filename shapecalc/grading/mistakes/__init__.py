"""Mistakes: a wrong number explained as an edit of the formula that gives the right one."""
