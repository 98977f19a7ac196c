"""People's logins: how they get one, prove that it is theirs, and lose it.

Owns: `Login` (what a user's login needs besides its password: whether that must be changed, the second factor),
`RecoveryCode`, `Invitation` (a place in a company that waits for its person), `Session` (hashed, so that the database
opens none). What a person may do is their membership's matter, in `companies`.
Invariants: nobody but its owner ever types a password; whoever is invited accepts; a changed password, a removed second
factor or a deactivated login ends every other session; everything of it stands on the trail of the person's companies.
"""
