"""Pages of people: logging in, their own login, members and invitations."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Kept, Link, PageFace, own, page, visitors

from . import event_words, invitations, me, members, session

PAGES = PageFace(
    paths=(
        page("configuration/people/", members.PeoplePage, "people"),
        page("configuration/people/new/", members.PersonNewPage, "person_new"),
        page("configuration/people/second-factor/", members.SecondFactorRulePage, "second_factor_rule"),
        page("configuration/people/<mem:membership_id>/role/", members.PersonRolePage, "person_role"),
        page("configuration/people/<mem:membership_id>/remove/", members.PersonRemovePage, "person_remove"),
        page("configuration/people/<mem:membership_id>/<slug:verb>/", members.PersonActionPage, "person_action"),
        page("configuration/invitations/", members.InvitationsPage, "invitations"),
        page(
            "configuration/invitations/<inv:invitation_id>/withdraw/",
            members.InvitationWithdrawPage,
            "invitation_withdraw",
        ),
        own("me/", me.MePage, "me"),
        own("me/password/", me.MyPasswordPage, "my_password"),
        own("me/second-factor/", me.MySecondFactorPage, "my_second_factor"),
        own("me/second-factor/remove/", me.MySecondFactorRemovePage, "my_second_factor_remove"),
        own("me/recovery-codes/", me.MyRecoveryCodesPage, "my_recovery_codes"),
        visitors("login/", session.LoginPage, "login"),
        visitors("login/code/", session.LoginCodePage, "login_code"),
        visitors("logout/", session.LogoutPage, "logout"),
        visitors("password/", session.ForgottenPage, "forgotten"),
        visitors("password/sent/", session.ForgottenSentPage, "forgotten_sent"),
        visitors("password/<uidb64>/<token>/", session.NewPasswordPage, "new_password"),
        visitors("invitation/<str:token>", invitations.InvitationPage, "invitation"),
    ),
    configuration=(
        Kept(
            say("People"),
            51,
            links=(Link(say("People"), "people", say("Who may work here, in which role."), "view:members"),),
        ),
    ),
    shell={"login": "me", "logout": "logout"},
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
)
