"""The contestant's pages: start, form, documents, submission, follow-up."""


def entry(request, pk):
    pass
