"""Who is answered, and under which headers."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from passatk.errors import PassatkError
from passatk.store import Store, open_store
from passatk.web.application import build
from passatk.web.serving import check_access

TOKEN = "a-token-that-nobody-guesses"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8200", 200),
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("[::1]:8200", 200),
        ("127.8.8.8", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:8200", 421),
        ("192.168.1.5", 421),
        ("", 421),
        ("[::1", 421),
        ("a@localhost.example", 421),
    ],
)
def test_hosts(client: TestClient, host: str, status: int) -> None:
    """Loopback by name or number; a name that resolves here is not enough."""
    assert status == client.get("/", headers={"Host": host}).status_code


def test_a_host_by_its_further_name(store: Store) -> None:
    """A name that was allowed is a name of this view."""
    with TestClient(build(store, names=["lab.example"])) as visitor:
        assert 200 == visitor.get("/", headers={"Host": "lab.example:8200"}).status_code


@pytest.mark.parametrize("path", ["/", "/run?run=no", "/static/main.js", "/api/runs", "/nothing"])
def test_headers(client: TestClient, path: str) -> None:
    """Every answer forbids what a page of this view never does."""
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "nosniff" == headers["x-content-type-options"]
    assert "same-origin" == headers["referrer-policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_origins(client: TestClient, headers: dict[str, str], status: int) -> None:
    """What another site has a browser send is refused before it is read."""
    answer = client.post("/run/delete", headers=headers, data={"run": "weak"})
    assert status == answer.status_code
    assert "another site" in answer.text


class TestToken:
    """A view that asks for a token."""

    @pytest.fixture
    def visitor(self, filled: Path) -> TestClient:
        return TestClient(
            build(open_store(filled, read_only=True), token=TOKEN),
            base_url="http://10.0.0.5:8200",
            follow_redirects=False,
        )

    @pytest.mark.parametrize("path", ["/", "/api/runs", "/static/main.js", "/events", "/nothing"])
    def test_nothing_without_it(self, visitor: TestClient, path: str) -> None:
        """Not even a file of ours."""
        answer = visitor.get(path)
        assert 401 == answer.status_code
        assert "token" in answer.text

    def test_log_in(self, visitor: TestClient) -> None:
        """The address gives a cookie, which is not the token, and is left without it."""
        answer = visitor.get(f"/run?run=weak&token={TOKEN}")
        assert 303 == answer.status_code
        assert "/run?run=weak" == answer.headers["location"]
        cookie = answer.headers["set-cookie"]
        assert TOKEN not in cookie
        assert "HttpOnly" in cookie
        assert 200 == visitor.get("/run?run=weak").status_code

    def test_never_to_another_site(self, visitor: TestClient) -> None:
        """A log-in leads to this view, whatever the path says."""
        answer = visitor.get(f"http://10.0.0.5:8200//evil.example/?token={TOKEN}")
        assert answer.headers["location"].startswith("/evil.example")

    @pytest.mark.parametrize("given", ["", "x", TOKEN[:-1], TOKEN + "x", "\u00e4" * 27])
    def test_wrong_tokens(self, visitor: TestClient, given: str) -> None:
        """In the address, the cookie and the header."""
        assert 401 == visitor.get("/", params={"token": given}).status_code
        header = {"Authorization": f"Bearer {given}".encode()}
        assert 401 == visitor.get("/", headers=header).status_code  # type: ignore[arg-type]
        cookie = {"Cookie": f"passatk_token={given}".encode()}
        assert 401 == visitor.get("/", headers=cookie).status_code  # type: ignore[arg-type]

    def test_header(self, visitor: TestClient) -> None:
        """For programs that read the API."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert 200 == visitor.get("/api/runs", headers=headers).status_code

    def test_the_log_in_is_not_for_changes(self, visitor: TestClient) -> None:
        """A form elsewhere cannot carry the token in its address."""
        assert 401 == visitor.post(f"/run/delete?token={TOKEN}").status_code


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_needs_no_token(host: str) -> None:
    check_access(host, None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "lab.example", ""])
def test_others_need_a_token(host: str) -> None:
    """Listening where others can reach it is refused, and says what to do."""
    with pytest.raises(PassatkError, match="PASSATK_TOKEN"):
        check_access(host, None)
    check_access(host, TOKEN)


def test_a_short_token() -> None:
    """What can be guessed is no token."""
    with pytest.raises(PassatkError, match="at least 16"):
        check_access("0.0.0.0", "secret")
