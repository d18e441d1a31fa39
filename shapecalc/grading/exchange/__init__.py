"""Exchange: quizzes for the places where they are asked, and quizzes of such places as drafts of our own."""
