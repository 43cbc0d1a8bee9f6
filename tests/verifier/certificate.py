# SPDX-License-Identifier: EUPL-1.2
"""A chain of certificates to a configured anchor, with revocation lists (encoding.md, "Certificates")."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import form
from refused import Refused, require

LONGEST = 6
HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


@dataclass
class Trust:
    """What an organisation chose to believe: anchors, and lists of what was revoked."""

    anchors: list
    lists: list
    grace: timedelta = timedelta(days=7)

    @classmethod
    def of(cls, anchors, lists):
        """From DER."""
        return cls([_certificate(anchor) for anchor in anchors], [_list(held) for held in lists])


def signer(chain, trust, now):
    """The OIN and the key of whom a chain names, if it leads to an anchor at `now` (milliseconds)."""
    try:
        return _signer(chain, trust, now)
    except Refused:
        raise
    except Exception:  # The library reads the fields of a certificate late, and each has its own way to fail.
        raise Refused("a certificate that cannot be read") from None


def _signer(chain, trust, now):
    require(1 <= len(chain) <= LONGEST, "without certificates, or with too many")
    at = datetime.fromtimestamp(now / 1000, timezone.utc)
    certificates = [_certificate(der) for der in chain]
    _leaf(certificates[0])
    for place, (certificate, issuer) in enumerate(_pairs(certificates, trust)):
        _valid(certificate, at)
        _issued(certificate, issuer, place)
        _not_revoked(certificate, issuer, trust, at)
    return _oin(certificates[0]), certificates[0].public_key()


def _pairs(certificates, trust):
    """Each certificate with its issuer, the last one with an anchor."""
    last = certificates[-1]
    anchor = next((held for held in trust.anchors if held.subject == last.issuer), None)
    require(anchor is not None, "a chain that leads to no anchor")
    return zip(certificates, certificates[1:] + [anchor])


def _valid(certificate, at):
    require(certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc, "a certificate outside its term")


def _issued(certificate, issuer, below):
    require(isinstance(certificate.signature_hash_algorithm, HASHES), "a certificate signed with another hash")
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        raise Refused("a certificate that its issuer did not sign") from None
    constraints = _extension(issuer, x509.BasicConstraints)
    require(constraints is not None and constraints.ca, "an issuer that is no authority")
    require(constraints.path_length is None or below <= constraints.path_length, "a chain longer than its issuer allows")
    usage = _extension(issuer, x509.KeyUsage)
    require(usage is None or usage.key_cert_sign, "an issuer that may not issue")


def _not_revoked(certificate, issuer, trust, at):
    lists = [held for held in trust.lists if held.issuer == issuer.subject]
    lists = [held for held in lists if held.is_signature_valid(issuer.public_key())]
    require(lists, "an issuer without a revocation list")
    newest = max(lists, key=lambda held: held.last_update_utc)
    require(newest.next_update_utc is not None, "a revocation list without a term")
    require(at < newest.next_update_utc + trust.grace, "a revocation list that is too old")
    revoked = newest.get_revoked_certificate_by_serial_number(certificate.serial_number)
    require(revoked is None, "a certificate that was revoked")


def _leaf(leaf):
    usage = _extension(leaf, x509.KeyUsage)
    require(usage is not None and usage.digital_signature, "a certificate that is not for signing")
    extended = _extension(leaf, x509.ExtendedKeyUsage)
    require(extended is None or ExtendedKeyUsageOID.CLIENT_AUTH in extended, "a certificate that is not for clients")


def _oin(leaf):
    numbers = leaf.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    require(len(numbers) == 1, "a certificate without one serial number in its subject")
    return form.OIN(numbers[0].value)


def _extension(certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except ValueError:
        raise Refused("a certificate with an extension that cannot be read") from None


def _certificate(der):
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise Refused("not a certificate") from None


def _list(der):
    try:
        return x509.load_der_x509_crl(der)
    except ValueError:
        raise Refused("not a revocation list") from None
