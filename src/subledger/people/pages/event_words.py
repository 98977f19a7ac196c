"""What events of people are called on pages, and what they speak of."""

from __future__ import annotations

EVENT_WORDS = {
    "person.invited": "Person invited",
    "person.invitation_withdrawn": "Invitation withdrawn",
    "person.logged_in": "Logged in",
    "person.logged_out": "Logged out",
    "person.login_failed": "Login failed",
    "person.locked_out": "Login locked after failures",
    "person.password_changed": "Password changed",
    "person.password_reset": "Password set anew by a link",
    "person.password_reset_asked": "Password reset asked for",
    "person.password_link_made": "Link to set a password created",
    "person.must_change_password": "Password has to be changed",
    "person.second_factor_added": "Second factor added",
    "person.second_factor_removed": "Second factor removed",
    "person.recovery_codes_made": "Recovery codes created",
    "person.recovery_code_used": "Recovery code used",
    "person.session_ended": "Login elsewhere ended",
    "person.deactivated": "Login deactivated",
    "person.reactivated": "Login reactivated",
}
THINGS = {
    "user": "Person",
    "invitation": "Invitation",
}
EVENT_LABELS = {
    "user": "Person",
    "invitation": "Invitation",
}
