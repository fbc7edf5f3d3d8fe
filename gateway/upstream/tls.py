"""How TLS is spoken to the upstream."""

import ssl
from pathlib import Path


class UpstreamTlsError(Exception):
    """A file for TLS cannot be used; the message says which."""


def tls_context(
    *, ca_file: Path | None = None, certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext:
    """Make the settings of TLS: HTTP/1.1 only, and the upstream's certificate is verified.

    With a file of CAs only those are trusted, without one the system's are. The key may be in the
    file of the client's certificate. Raises UpstreamTlsError.
    """
    if key and not certificate:
        raise UpstreamTlsError("A client's key needs a client's certificate too.")
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise UpstreamTlsError(f"{ca_file} is no readable file of CA certificates.") from error
    context.set_alpn_protocols(["http/1.1"])
    if certificate:
        _load_client(context, certificate, key)
    return context


def _load_client(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    try:
        # With no password here, OpenSSL would ask for one on the terminal.
        context.load_cert_chain(certificate, key, password="")
    except OSError as error:
        raise UpstreamTlsError(
            f"{certificate} and {key or 'the key in it'} are no readable client certificate "
            "with its key, which must not be encrypted."
        ) from error
