# SPDX-License-Identifier: EUPL-1.2
"""The group ristretto255 (RFC 9496), in plain integers. Slow, and not in constant time: it verifies, it keeps no secrets."""

from refused import Refused, require

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_M1 = pow(2, (P - 1) // 4, P)
ROOT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
INVERSE_ROOT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578
ONE_MINUS_D_SQUARED = (1 - D * D) % P
D_MINUS_ONE_SQUARED = (D - 1) ** 2 % P

IDENTITY = (0, 1, 1, 0)


def _negative(x):
    return x % P & 1


def _magnitude(x):
    return -x % P if _negative(x) else x % P


def _root_of_ratio(u, v):
    """Whether u / v is a square, and its root or that of its twin."""
    root = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * root * root % P
    right, flipped, flipped_i = check == u % P, check == -u % P, check == -u * ROOT_M1 % P
    if flipped or flipped_i:
        root = root * ROOT_M1 % P
    return right or flipped, _magnitude(root)


def decode(data):
    """The element behind 32 bytes, other than the identity; there is one encoding per element."""
    s = int.from_bytes(data, "little")
    require(len(data) == 32 and s < P and not s & 1, "not an element of the group")
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    v = (-(D * u1 * u1) - u2 * u2) % P
    square, inverse = _root_of_ratio(1, v * u2 * u2 % P)
    dx = inverse * u2 % P
    dy = inverse * dx * v % P
    x = _magnitude(2 * s * dx)
    y = u1 * dy % P
    t = x * y % P
    require(square and not _negative(t) and y != 0 and s != 0, "not an element of the group")
    return (x, y, 1, t)


def encode(element):
    """The 32 bytes of an element."""
    x0, y0, z0, t0 = element
    u1, u2 = (z0 + y0) * (z0 - y0) % P, x0 * y0 % P
    _, inverse = _root_of_ratio(1, u1 * u2 * u2 % P)
    den1, den2 = inverse * u1 % P, inverse * u2 % P
    z_inverse = den1 * den2 * t0 % P
    if _negative(t0 * z_inverse):
        x, y, den = y0 * ROOT_M1 % P, x0 * ROOT_M1 % P, den1 * INVERSE_ROOT_A_MINUS_D % P
    else:
        x, y, den = x0, y0, den2
    if _negative(x * z_inverse):
        y = -y % P
    return _magnitude(den * (z0 - y)).to_bytes(32, "little")


def add(one, other):
    """The sum of two elements."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, element):
    """An element, so many times."""
    result = IDENTITY
    for bit in bin(scalar % ORDER)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, element)
    return result


def from_uniform(data):
    """The element that 64 bytes are mapped to."""
    return add(_mapped(data[:32]), _mapped(data[32:]))


def _mapped(data):
    t = int.from_bytes(data, "little") % 2**255 % P
    r = ROOT_M1 * t * t % P
    u = (r + 1) * ONE_MINUS_D_SQUARED % P
    v = (-1 - r * D) * (r + D) % P
    square, s = _root_of_ratio(u, v)
    c = -1
    if not square:
        s, c = -_magnitude(s * t) % P, r
    n = (c * (r - 1) * D_MINUS_ONE_SQUARED - v) % P
    w0, w1 = 2 * s * v % P, n * ROOT_AD_MINUS_ONE % P
    w2, w3 = (1 - s * s) % P, (1 + s * s) % P
    return (w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


def scalar(data):
    """A scalar from its 32 bytes, which are below the order."""
    value = int.from_bytes(data, "little")
    if len(data) != 32 or value >= ORDER:
        raise Refused("not a scalar of the group")
    return value


def base():
    """The generator."""
    y = 4 * pow(5, -1, P) % P
    _, x = _root_of_ratio((y * y - 1) % P, (D * y * y + 1) % P)
    return (x, y, 1, x * y % P)


BASE = base()
