"""What events of people are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.kernel.sentences import say

EVENT_WORDS = {
    "person.invited": say("Person invited"),
    "person.invitation_withdrawn": say("Invitation withdrawn"),
    "person.logged_in": say("Logged in"),
    "person.logged_out": say("Logged out"),
    "person.login_failed": say("Login failed"),
    "person.locked_out": say("Login locked after failures"),
    "person.password_changed": say("Password changed"),
    "person.password_reset": say("Password set anew by a link"),
    "person.password_reset_asked": say("Password reset asked for"),
    "person.password_link_made": say("Link to set a password created"),
    "person.must_change_password": say("Password has to be changed"),
    "person.second_factor_added": say("Second factor added"),
    "person.second_factor_removed": say("Second factor removed"),
    "person.recovery_codes_made": say("Recovery codes created"),
    "person.recovery_code_used": say("Recovery code used"),
    "person.session_ended": say("Login elsewhere ended"),
    "person.deactivated": say("Login deactivated"),
    "person.reactivated": say("Login reactivated"),
}
THINGS = {
    "user": say("Person"),
    "invitation": say("Invitation"),
}
EVENT_LABELS = {
    "user": say("Person"),
    "invitation": say("Invitation"),
}
