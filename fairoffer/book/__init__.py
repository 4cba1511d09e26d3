"""Customer books: whole tables of customers, row by row, of any length."""
