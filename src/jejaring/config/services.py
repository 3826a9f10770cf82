"""Services that an installation may use for signatures, and authorities that it trusts; none is needed.

What is wrong is told at the start, in a sentence, and not when somebody signs.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ImproperlyConfigured

_ENDINGS = {".pem", ".crt", ".cer", ".der"}
_HERE = {"localhost", "127.0.0.1", "::1"}


def certificates(name: str) -> tuple[bytes, ...]:
    """Return the certificates of authorities in the folder that the setting `name` tells, as DER.

    Raises ImproperlyConfigured for a folder that isn't there or has none, and for a file that isn't an
    authority's certificate.
    """
    told = os.environ.get(name, "").strip()
    if not told:
        return ()
    folder = Path(told).expanduser()
    if not folder.is_dir():
        raise ImproperlyConfigured(f"{name} should name a folder with certificates, but {folder} isn't one.")
    files = sorted(each for each in folder.iterdir() if each.suffix.lower() in _ENDINGS)
    found = [certificate for file in files for certificate in _read(name, file)]
    if not found:
        raise ImproperlyConfigured(
            f"{name}: there is no certificate in {folder}. "
            "Put the authorities' certificates there, as files that end in .pem, .crt, .cer or .der."
        )
    return tuple(dict.fromkeys(each.public_bytes(Encoding.DER) for each in found))


def _read(name: str, file: Path) -> list[x509.Certificate]:
    try:
        content = file.read_bytes()
        if b"-----BEGIN" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
        for each in found:
            if not each.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                raise ImproperlyConfigured(
                    f"{name}: the certificate in {file} is somebody's own, not that of an authority "
                    "which issues certificates. Take it out of the folder."
                )
    except x509.ExtensionNotFound as error:
        raise ImproperlyConfigured(
            f"{name}: the certificate in {file} doesn't say that it is an authority's. "
            "Ask the authority for its root certificate."
        ) from error
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}: {file} can't be read as a certificate (PEM or DER).") from error
    return found


def service(name: str, *, only_https: bool) -> dict[str, str]:
    """Return address, user and password of the service that the setting `name` tells; empty for none.

    Raises ImproperlyConfigured for what isn't an address, and for a password that would go unencrypted.
    """
    told = os.environ.get(name, "").strip()
    if not told:
        return {}
    parts = urlsplit(told)
    example = f"{name} should look like https://user:password@service.example.id/path."
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise ImproperlyConfigured(example)
    if parts.scheme == "http" and parts.hostname not in _HERE and (only_https or parts.password):
        raise ImproperlyConfigured(f"{example} Without https, the password could be read on the way.")
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return {
        "URL": bare,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
    }


def timestamp_service() -> tuple[dict[str, str], tuple[bytes, ...]]:
    """Return the timestamp service, and the authorities that vouch for it; empty for none.

    Raises ImproperlyConfigured for one whose time nobody here would believe.
    """
    found, roots = (
        service("JEJARING_TIMESTAMP_URL", only_https=False),
        certificates("JEJARING_TIMESTAMP_ROOTS"),
    )
    if found and not roots:
        raise ImproperlyConfigured(
            "JEJARING_TIMESTAMP_URL names a timestamp service. Let JEJARING_TIMESTAMP_ROOTS name a folder "
            "with the root certificate of whoever vouches for it: without that, its time isn't believed here."
        )
    return found, roots
