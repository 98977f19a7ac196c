"""What banks send, written by hand after the messages' definitions: small, with everything a reader has to get past."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

PAIN_002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
CAMT_053 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def reason(code: str, *, said: str = "", tag: str = "StsRsnInf") -> str:
    more = f"<AddtlInf>{said}</AddtlInf>" if said else ""
    return f"<{tag}><Rsn><Cd>{code}</Cd></Rsn>{more}</{tag}>"


def status(request: str, code: str, *, why: str = "", amount: str = "", reference: str = "") -> str:
    """One transaction of a status report."""
    of = f'<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt></OrgnlTxRef>' if amount else ""
    known = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{request}</OrgnlEndToEndId><TxSts>{code}</TxSts>{why}{known}{of}</TxInfAndSts>"
    )


def pain_002(
    *transactions: str,
    message: str = "MSG-1",
    group: str = "",
    block: str = "",
    why: str = "",
    namespace: str = PAIN_002,
) -> str:
    group = f"<GrpSts>{group}</GrpSts>" if group else ""
    block = f"<PmtInfSts>{block}</PmtInfSts>" if block else ""
    blocks = ""
    if transactions or block:
        blocks = (
            f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message}-1</OrgnlPmtInfId>{block}{why if block else ''}"
            f"{''.join(transactions)}</OrgnlPmtInfAndSts>"
        )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{namespace}"><CstmrPmtStsRpt>
  <GrpHdr><MsgId>BANK-77</MsgId><CreDtTm>2026-05-21T08:00:00</CreDtTm></GrpHdr>
  <OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>{group}{
        why if not blocks else ""
    }</OrgnlGrpInfAndSts>
  {blocks}
</CstmrPmtStsRpt></Document>"""


def booked(
    request: str,
    *,
    direction: str = "CRDT",
    amount: str = "",
    reference: str = "",
    back: str = "",
    instructed: str = "",
    charges: str = "",
) -> str:
    """One transaction inside an entry; ``back`` is the reason of a return, ``charges`` what `charge` tells."""
    known = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    own = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    asked = f'<AmtDtls><InstdAmt><Amt Ccy="EUR">{instructed}</Amt></InstdAmt></AmtDtls>' if instructed else ""
    returned = reason(back, tag="RtrInf") if back else ""
    return (
        f"<TxDtls><Refs>{known}<EndToEndId>{request}</EndToEndId></Refs>{own}"
        f"<CdtDbtInd>{direction}</CdtDbtInd>{asked}{charges}"
        f"<RmtInf><Ustrd>{request}</Ustrd></RmtInf>{returned}</TxDtls>"
    )


def charge(amount: str, *, direction: str = "DBIT", included: str = "", currency: str = "EUR") -> str:
    """What the bank takes for a transaction or an entry."""
    within = f"<ChrgInclInd>{included}</ChrgInclInd>" if included else ""
    own = f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
    return f"<Chrgs><Rcrd>{own}{within}</Rcrd></Chrgs>"


def batch(message: str, count: int = 2) -> str:
    """What an entry says that books a whole file: no transaction by itself."""
    return (
        f"<Btch><MsgId>{message}</MsgId><PmtInfId>{message}-1</PmtInfId><NbOfTxs>{count}</NbOfTxs></Btch>"
        if message
        else ""
    )


def entry(
    *transactions: str,
    amount: str = "",
    direction: str = "CRDT",
    is_booked: bool = True,
    reference: str = "BK-1",
    on: str = "<Dt>2026-05-21</Dt>",
    reversal: str = "",
    charges: str = "",
) -> str:
    """An entry over the sum of its transactions, or over 75.00 where they name no amount, unless another is given."""
    own = re.findall(r'</Refs><Amt Ccy="EUR">([\d.]+)<', "".join(transactions))
    amount = amount or str(sum(map(Decimal, own)) if own else "75.00")
    state = "BOOK" if is_booked else "PDNG"
    details = f"<NtryDtls>{''.join(transactions)}</NtryDtls>" if transactions else ""
    turned = f"<RvslInd>{reversal}</RvslInd>" if reversal else ""
    return f"""<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{turned}
    <Sts><Cd>{state}</Cd></Sts><BookgDt>{on}</BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd>{charges}{details}</Ntry>"""


def camt_053(*entries: str, namespace: str = CAMT_053, message: str = "BkToCstmrStmt", statement: str = "Stmt") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<b:Document xmlns:b="{namespace}" xmlns="{namespace}"><b:{message}>
  <GrpHdr><MsgId>STMT-9</MsgId><CreDtTm>2026-05-21T20:00:00</CreDtTm></GrpHdr>
  <{statement}><Id>9</Id><Acct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></Acct>
  <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt></Bal>
  {"".join(entries)}</{statement}></b:{message}></b:Document>"""


def csv(
    rows: Sequence[Sequence[str]], *, header: str = "request,result,reference,error_code,error_message,amount"
) -> str:
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]>
<Document><CstmrPmtStsRpt><GrpHdr><MsgId>&lol3;</MsgId></GrpHdr></CstmrPmtStsRpt></Document>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document><CstmrPmtStsRpt/></Document>"""
