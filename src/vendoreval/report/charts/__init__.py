"""The page-size charts, drawn once for PDF, HTML and notebook."""
