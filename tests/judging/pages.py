"""How the tests of this room read pages and count their queries."""

from django.urls import reverse


def page(client, name, *args, query="") -> str:
    """The text of a page of this room, which must open."""
    answer = client.get(reverse(f"judging:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def queries_of(client, django_assert_max_num_queries, url, most) -> int:
    """How many queries a page takes once everything that is kept has been read."""
    client.get(url)
    with django_assert_max_num_queries(most) as counted:
        assert client.get(url).status_code == 200
    return len(counted)
