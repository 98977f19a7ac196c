"""What a bank's reason codes mean for a collection that failed (ISO 20022 external code sets; `reasons` has the words).

Integrators report codes of their own as well: which they mean by them is configured (the room `retries`).
"""

from __future__ import annotations

from collections.abc import Mapping

from subledger.gateways.declines import DeclineClass as D

from .reasons import DUPLICATES

# The account, its holder, or the mandate: no day makes that good.
_HARD = """
    AC01 AC02 AC04 AC06 AC13 AG01 BE01 CNOR CUST DNOR MD01 MD02 MD06 MD07 RC01 RR01 RR02 RR04 SL01 SL11 SL12
"""
_SOFT = "AM02 AM04 MS02 MS03 NOAS SL13 SL14"
# The file, the bank or the scheme: nothing was said about the payer.
_GATEWAY_ERROR = """
    AC03 AG02 AM01 AM03 AM09 AM10 BE04 BE05 BE07 CURR CUTA DT01 ED05 FF01 FF05 RR03 TECH TM01
"""
_CALLED_OFF = "FOCR"

# What was sent twice is with the bank, which may well carry it out: nothing is known of the money.
REASON_CLASSES: Mapping[str, D] = {
    code: class_
    for class_, codes in (
        (D.HARD, _HARD.split()),
        (D.SOFT, _SOFT.split()),
        (D.GATEWAY_ERROR, _GATEWAY_ERROR.split()),
        (D.CALLED_OFF, _CALLED_OFF.split()),
        (D.SILENCE, sorted(DUPLICATES)),
    )
    for code in codes
}
