"""The contestant's pages: start, form, documents, submission, follow-up."""
