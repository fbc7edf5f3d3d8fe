"""TLS to the upstream, with a CA of the test's own."""

import ssl
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from gateway.upstream import (
    NotConnected,
    Upstream,
    UpstreamAddress,
    UpstreamLimits,
    UpstreamRequest,
    UpstreamTlsError,
    tls_context,
)
from tests.upstream.clock import settle
from tests.upstream.server import OK, Pieces, Server, Talk, answering, get, serving, whole


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """
    A CA that only the tests know.
    """
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """
    Its certificate.
    """
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def server_tls(authority: trustme.CA, host: str = "localhost") -> ssl.SSLContext:
    """
    TLS as an upstream of that name speaks it.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def engine(server: Server, tls: ssl.SSLContext | None) -> Upstream:
    """
    An engine for a server of TLS.
    """
    address = UpstreamAddress.parse(f"https://localhost:{server.port}")
    return Upstream(address, UpstreamLimits(), tls)


async def test_an_upstream_that_the_ca_vouches_for_is_spoken_to(
    authority: trustme.CA, ca_file: Path
) -> None:
    """
    In HTTP/1.1, by its name, on a connection that is used again.
    """
    names: list[str] = []
    tls = server_tls(authority)
    tls.sni_callback = lambda _object, name, _context: names.append(name)

    async with (
        serving(answering(OK, OK), tls=tls) as server,
        engine(server, tls_context(ca_file=ca_file)) as upstream,
    ):
        for _ in range(2):
            assert (await upstream.exchange(get(), max_answer_bytes=2)).body == b"ok"
            await settle()
        spoken = server.talks[0].writer.get_extra_info("ssl_object").selected_alpn_protocol()

    assert (names, spoken, len(server.talks)) == (["localhost"], "http/1.1", 1)


async def test_large_bodies_cross_tls_in_both_directions(
    authority: trustme.CA, ca_file: Path
) -> None:
    """
    Whole, and with a bounded part of the answer held for a slow caller.
    """
    piece = bytes(range(256)) * 256

    async def echoing(talk: Talk) -> None:
        await talk.hear()
        body = await talk.hear_exactly(128 * len(piece))
        await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body)
        await talk.hear_end()

    request = UpstreamRequest(
        b"PUT", b"/", [(b"Content-Length", b"%d" % (128 * len(piece)))], Pieces(*[piece] * 128)
    )
    sizes: list[int] = []
    body = b""
    async with (
        serving(echoing, tls=server_tls(authority)) as server,
        engine(server, tls_context(ca_file=ca_file)) as upstream,
    ):
        with await upstream.send(request) as response:
            while read := await response.read():
                sizes.append(len(read))
                body += read
                await settle()

    assert body == piece * 128
    assert max(sizes) <= 1 << 20


@pytest.mark.parametrize("is_known", [False, True])
async def test_an_upstream_that_is_not_vouched_for_gets_nothing(
    authority: trustme.CA, ca_file: Path, *, is_known: bool
) -> None:
    """
    Its CA is unknown, here to the system, or its certificate has another name.
    """
    tls = server_tls(authority, "another.example" if is_known else "localhost")
    trusted = tls_context(ca_file=ca_file) if is_known else None
    async with serving(answering(OK), tls=tls) as server, engine(server, trusted) as upstream:
        with pytest.raises(NotConnected, match="its certificate is not accepted") as caught:
            await upstream.send(get())

    assert not caught.value.was_sent
    assert all(talk.received == b"" for talk in server.talks)


async def test_an_upstream_without_tls_gets_no_request(ca_file: Path) -> None:
    """
    It hears a handshake, and answers something else.
    """

    async def plain(talk: Talk) -> None:
        await talk.hear_some()
        await talk.say(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    tls = tls_context(ca_file=ca_file)
    async with serving(plain) as server, engine(server, tls) as upstream:
        with pytest.raises(NotConnected, match="TLS") as caught:
            await upstream.send(get())

    assert not caught.value.was_sent
    assert b"GET" not in server.talks[0].received


@pytest.mark.parametrize("has_key_file", [False, True])
async def test_a_client_certificate_is_shown(
    authority: trustme.CA, ca_file: Path, tmp_path: Path, *, has_key_file: bool
) -> None:
    """
    From one file, or from one for the certificate and one for the key.
    """
    client = authority.issue_cert("gateway.example")
    certificate, key = tmp_path / "client.pem", tmp_path / "key.pem"
    client.private_key_pem.write_to_path(str(key))
    pem = client.cert_chain_pems[0] if has_key_file else client.private_key_and_cert_chain_pem
    pem.write_to_path(str(certificate))
    tls = server_tls(authority)
    tls.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(tls)

    context = tls_context(
        ca_file=ca_file, certificate=certificate, key=key if has_key_file else None
    )
    async with serving(answering(OK), tls=tls) as server, engine(server, context) as upstream:
        with await upstream.send(get()) as response:
            assert await whole(response) == b"ok"
            shown = server.talks[0].writer.get_extra_info("peercert")

    assert ("DNS", "gateway.example") in shown["subjectAltName"]


def test_files_that_cannot_be_used_are_refused_with_a_sentence(
    authority: trustme.CA, tmp_path: Path
) -> None:
    """
    Missing, of another kind, or with a key that is encrypted, for which nobody is asked.
    """
    missing, other, encrypted = (tmp_path / name for name in ("missing", "other", "encrypted"))
    certificate = tmp_path / "client.pem"
    other.write_text("something else")
    client = authority.issue_cert("gateway.example")
    client.cert_chain_pems[0].write_to_path(str(certificate))
    private_key = serialization.load_pem_private_key(client.private_key_pem.bytes(), None)
    encrypted.write_bytes(
        private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )

    for file in (missing, other):
        with pytest.raises(UpstreamTlsError, match=f"{file} is no readable file of CA"):
            tls_context(ca_file=file)
    for key in (None, missing, other, encrypted):
        with pytest.raises(UpstreamTlsError, match=r"client\.pem and .* must not be encrypted\."):
            tls_context(certificate=certificate, key=key)
    with pytest.raises(UpstreamTlsError, match="needs a client's certificate"):
        tls_context(key=encrypted)
