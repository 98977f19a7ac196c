"""Electronic invoices by EN 16931, made of the same value as the paper: in UBL, in CII, and in a PDF that has both a
reader's and a program's side. `invoices` says what one says, once; each syntax writes that."""
