"""Where did every penny of the pooled fund come from and go to?

Pooled funds in double entry. The ledger knows funds, partners, accounts and pence, and nothing of care: what a journal
is about is a kind and a key that others gave it. Every account is held by one partner, or by the people who pay
charges, and every journal balances for each holder by itself. So each partner's memorandum account is the accounts it
holds, and the four accounts (the NHS, the council, the people, the public) are one trial balance read four ways.
"""
