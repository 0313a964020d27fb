"""From the letters on a PDF's pages to text in reading order: words, margins, columns, tables, paragraphs."""
