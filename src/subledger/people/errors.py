from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class PersonInvalid(Invalid):
    code = "person_invalid"


class InvitationInvalid(DomainError):
    code, status = "invitation_invalid", 410

    def __init__(self) -> None:
        super().__init__(
            say("This invitation was used, withdrawn or is too old. Ask whoever invited you to send another one.")
        )


class CodeWrong(Invalid):
    code = "code_wrong"

    def __init__(self, param: str = "/code") -> None:
        super().__init__(
            say(
                "This is not the code that your app shows now, nor a recovery code that is left. Type the present one."
            ),
            param=param,
        )


class FirstCodeWrong(Invalid):
    code = "code_wrong"

    def __init__(self) -> None:
        super().__init__(say("This is not the code that the new app shows now. Type the present one."), param="/code")


class PasswordWrong(Invalid):
    code = "password_wrong"

    def __init__(self, param: str) -> None:
        super().__init__(say("This is not your present password. Capitals matter."), param=param)


class GuessedTooOften(DomainError):
    code, status = "guessed_too_often", 429

    def __init__(self, minutes: int) -> None:
        super().__init__(
            say(
                "Too many wrong passwords or codes were typed for this login, or from this address. Wait "
                "{minutes} minutes, set a new password by a mailed link, or ask whoever runs this "
                "installation to let you in.",
                minutes=minutes,
            )
        )


class LoginShared(DomainError):
    code = "login_shared"

    def __init__(self, username: str) -> None:
        super().__init__(
            say(
                "The login of {username} is not this company's alone: the person works for another one "
                "too. Remove them from this company, or ask whoever runs this installation.",
                username=username,
            )
        )


class SecondFactorNeeded(DomainError):
    code = "second_factor_needed"

    def __init__(self, company: str) -> None:
        super().__init__(
            say("{company} asks for a second factor of everybody. It can be replaced, not removed.", company=company)
        )
