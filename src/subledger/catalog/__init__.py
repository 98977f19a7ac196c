"""What is sold and how it is taxed: products and tax rates.

Invariants: a tax rate is a percentage of the net amount; a price is in minor units of its currency and may
carry more decimals than the currency has (``unit_amount`` 0.5 is half a cent); documents copy what they used,
so changing a product changes no document.
"""
