"""The customer's own page of an account: what a link of the kind ``account`` opens."""

from subledger.gateways.services.public import LinkKind
from subledger.page_kit.faces import PageFace, Part

from .account import AccountPage

PAGES = PageFace(parts=(Part("customer_link", LinkKind.ACCOUNT, 10, lambda request, link: [AccountPage]),))
