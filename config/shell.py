"""What the frame around every page needs: who is here, in which part, and where they can go."""


def shell(request):
    return {}
