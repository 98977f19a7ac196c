"""Electronic addresses (BT-34, BT-49): a scheme of the list EAS of the European Commission, and a name in it."""

from __future__ import annotations

# The codes of EAS that EN 16931 takes; EM is e-mail.
SCHEMES = frozenset(
    """
    0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190
    0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216
    0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922
    9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944
    9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959 AN AQ AS AU EM
    """.split()  # noqa: SIM905  a hundred strings are no easier to read
)
EMAIL = "EM"


def parts_of(text: str) -> tuple[str, str] | None:
    """Scheme and name of an address that is written ``scheme:name``; None where it is none."""
    scheme, colon, name = text.strip().partition(":")
    scheme, name = scheme.strip().upper(), name.strip()
    return (scheme, name) if colon and name and scheme in SCHEMES else None


def trouble_with(text: str) -> str:
    """Why a text is no electronic address, and what to do; "" where it is one, or is empty."""
    if not text.strip() or parts_of(text):
        return ""
    return (
        f"{text!r} is not an electronic address. Write the code of its scheme, a colon and the name, such as "
        "0204:991-12345-67, or EM:name@example.com for e-mail."
    )
