import pytest
from client import Client


@pytest.fixture(scope="module")
def shared():
    client = Client()
    yield client
    client.close()


@pytest.fixture
def kernel(shared):
    """A kernel for several tests; after each, all its messages so far are checked."""
    yield shared
    shared.check()


@pytest.fixture
def fresh():
    """A kernel of its own, which the test may end."""
    client = Client()
    yield client
    client.close()
