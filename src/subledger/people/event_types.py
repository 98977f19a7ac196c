"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "person.invited": "somebody was invited; the invitation was withdrawn (on the invitation)",
    "person.invitation_withdrawn": "somebody was invited; the invitation was withdrawn (on the invitation)",
    "person.logged_in": "a person logged in, with the address; and out (on the membership)",
    "person.logged_out": "a person logged in, with the address; and out (on the membership)",
    "person.login_failed": "a wrong password or code for a name; the tenth, which locks it (on the membership)",
    "person.locked_out": "a wrong password or code for a name; the tenth, which locks it (on the membership)",
    "person.password_changed": (
        "a password was changed by its owner, or set anew by a link; a link was asked for by mail, or made by an "
        "administrator; a password that somebody else knows is to be changed (on the membership)"
    ),
    "person.password_reset": (
        "a password was changed by its owner, or set anew by a link; a link was asked for by mail, or made by an "
        "administrator; a password that somebody else knows is to be changed (on the membership)"
    ),
    "person.password_reset_asked": (
        "a password was changed by its owner, or set anew by a link; a link was asked for by mail, or made by an "
        "administrator; a password that somebody else knows is to be changed (on the membership)"
    ),
    "person.password_link_made": (
        "a password was changed by its owner, or set anew by a link; a link was asked for by mail, or made by an "
        "administrator; a password that somebody else knows is to be changed (on the membership)"
    ),
    "person.must_change_password": (
        "a password was changed by its owner, or set anew by a link; a link was asked for by mail, or made by an "
        "administrator; a password that somebody else knows is to be changed (on the membership)"
    ),
    "person.second_factor_added": "what became of a second factor (on the membership)",
    "person.second_factor_removed": "what became of a second factor (on the membership)",
    "person.recovery_codes_made": "what became of a second factor (on the membership)",
    "person.recovery_code_used": "what became of a second factor (on the membership)",
    "person.session_ended": (
        "a person ended a login elsewhere; a login was switched off, and on again (on the membership)"
    ),
    "person.deactivated": (
        "a person ended a login elsewhere; a login was switched off, and on again (on the membership)"
    ),
    "person.reactivated": (
        "a person ended a login elsewhere; a login was switched off, and on again (on the membership)"
    ),
}
