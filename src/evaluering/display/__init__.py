"""What people see: numbers, tables, figures, sentences and the page. Computes nothing."""
