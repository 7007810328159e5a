"""The coordinator's workbook and the police form: declared once, created, read and checked."""
