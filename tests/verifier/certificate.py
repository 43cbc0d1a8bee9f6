# SPDX-License-Identifier: EUPL-1.2
"""A chain of certificates to a configured anchor, with revocation lists (encoding.md, "Certificates")."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import CRLEntryExtensionOID, ExtendedKeyUsageOID, NameOID

import form
from refused import Refused, require

LONGEST = 6
INVALIDITY_DATE = CRLEntryExtensionOID.INVALIDITY_DATE
HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class Past(Refused):
    """It does not count any more: ended, taken back, or under an anchor of another time."""


@dataclass
class Trust:
    """What an organisation chose to believe: anchors, lists of what was revoked, and anchors that it once believed."""

    anchors: list
    lists: list
    former: list
    grace: timedelta = timedelta(days=7)

    @classmethod
    def of(cls, anchors, lists, former=()):
        """From DER."""
        read = [[_certificate(der) for der in each] for each in (anchors, former)]
        return cls(read[0], [_list(held) for held in lists], read[1])


def signer(chain, trust, now):
    """The OIN and the key of whom a chain names, if it leads to an anchor at `now` (milliseconds)."""
    try:
        return _signer(chain, trust, now)
    except Refused:
        raise
    except Exception:  # The library reads the fields of a certificate late, and each has its own way to fail.
        raise Refused("a certificate that cannot be read") from None


def signer_then(chain, trust, then):
    """The same for a moment in the past, and until when it counted: its end, or when it was taken back."""
    try:
        return _signer_then(chain, trust, then)
    except Refused:
        raise
    except Exception:  # As above.
        raise Refused("a certificate that cannot be read") from None


def key(chain):
    """The key of the organisation, whether or not the certificate is to be believed."""
    require(chain, "without certificates")
    return _certificate(chain[0]).public_key()


def named(chain):
    """The OIN of the organisation that a certificate names, whether or not it is to be believed."""
    require(chain, "without certificates")
    try:
        return _oin(_certificate(chain[0]))
    except Refused:
        raise
    except Exception:  # As above.
        raise Refused("a certificate that cannot be read") from None


def begins(chain):
    """From when the certificate of an organisation is valid, in milliseconds."""
    return int(_certificate(chain[0]).not_valid_before_utc.timestamp() * 1000)


def _signer(chain, trust, now):
    at, certificates = _read(chain, now)
    for place, (certificate, issuer) in enumerate(_pairs(certificates, trust.anchors)):
        _valid(certificate, at)
        _issued(certificate, issuer, place)
        _not_revoked(certificate, issuer, trust, at)
    return _oin(certificates[0]), certificates[0].public_key()


def _signer_then(chain, trust, then):
    at, certificates = _read(chain, then)
    ended = certificates[0].not_valid_after_utc
    for place, (certificate, issuer) in enumerate(_pairs(certificates, trust.anchors + trust.former)):
        _valid(certificate, at)
        _issued(certificate, issuer, place)
        for held in _lists_of(issuer, trust):
            revoked = held.get_revoked_certificate_by_serial_number(certificate.serial_number)
            ended = ended if revoked is None else min(ended, _taken_back(revoked))
    return _oin(certificates[0]), certificates[0].public_key(), int(ended.timestamp() * 1000)


def _taken_back(revoked):
    """When a certificate stopped to count, which may lie before the day on which that was said."""
    moments = [revoked.revocation_date_utc]
    moments += [held.value.invalidity_date_utc for held in revoked.extensions if held.oid == INVALIDITY_DATE]
    return min(moments)


def _read(chain, moment):
    require(1 <= len(chain) <= LONGEST, "without certificates, or with too many")
    certificates = [_certificate(der) for der in chain]
    _leaf(certificates[0])
    return datetime.fromtimestamp(moment / 1000, timezone.utc), certificates


def _pairs(certificates, anchors):
    """Each certificate with its issuer, the last one with an anchor."""
    last = certificates[-1]
    anchor = next((held for held in anchors if held.subject == last.issuer), None)
    if anchor is None:
        raise Past("a chain that leads to no anchor")
    return zip(certificates, certificates[1:] + [anchor])


def _valid(certificate, at):
    require(certificate.not_valid_before_utc <= at, "a certificate before its term")
    if at > certificate.not_valid_after_utc:
        raise Past("a certificate after its term")


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
    lists = _lists_of(issuer, trust)
    require(lists, "an issuer without a revocation list")
    newest = max(lists, key=lambda held: held.last_update_utc)
    require(newest.next_update_utc is not None, "a revocation list without a term")
    require(at < newest.next_update_utc + trust.grace, "a revocation list that is too old")
    if newest.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
        raise Past("a certificate that was revoked")


def _lists_of(issuer, trust):
    lists = [held for held in trust.lists if held.issuer == issuer.subject]
    return [held for held in lists if held.is_signature_valid(issuer.public_key())]


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
