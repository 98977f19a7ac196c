"""Setting up: migrations, the settings table, people and API keys."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from subledger.cli.database import apply_migrations, refuse_other_key
from subledger.cli.runtime import books
from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import ACTOR, CommandRefused, CompanyOption, company_books, which_company

person = typer.Typer(help="Logins of people.", no_args_is_help=True)
apikey = typer.Typer(help="Keys of the API.", no_args_is_help=True)
company = typer.Typer(help="Companies: legal entities with books of their own.", no_args_is_help=True)

CurrencyOption = Annotated[str, typer.Option(help="Base currency of the books, an ISO 4217 code.")]
TaxOption = Annotated[
    list[str] | None,
    typer.Option(help='A tax rate to begin with, such as "22" or "Reduced rate=10"; repeat it for several.'),
]
TimeZoneOption = Annotated[str, typer.Option(help="IANA time zone that business dates are read in.")]


def migrate(
    name: Annotated[str, typer.Option(help="Name of the first company.")] = "My company",
    currency: CurrencyOption = "eur",
    time_zone: TimeZoneOption = "UTC",
    no_company: Annotated[
        bool, typer.Option("--no-company", help="Make no first company: whoever administers makes it on a page.")
    ] = False,
    new_secret_key: Annotated[
        bool,
        typer.Option(
            "--new-secret-key", help="Serve these books with this machine's key, though they know another that is lost."
        ),
    ] = False,
) -> None:
    """Bring the database up to this version; an empty one gets a first company with a ready default."""
    with books(to_migrate=True):
        apply_migrations(verbosity=1)
        if new_secret_key:
            refuse_other_key(accept=True)
        if not no_company:
            ensure_company(name=name, currency=currency, time_zone=time_zone)


def ensure_company(*, name: str = "My company", currency: str = "eur", time_zone: str = "UTC") -> None:
    """An empty database gets a first company that can be worked with at once; any other is left alone, also one whose
    first person will make it."""
    from django.contrib.auth import get_user_model

    from subledger.companies.queries import companies
    from subledger.transactions.services.defaults import set_up_company

    if not companies() and not get_user_model().objects.exists():
        set_up_company(code="main", name=name, base_currency=currency, time_zone=time_zone, actor=ACTOR)
        typer.echo(f"Created {name} (code main, {currency.upper()}, {time_zone}): everything of it can be changed.")


@company.command("create")
def create_company(
    code: Annotated[str, typer.Argument(help="Short name for commands: small letters, digits, - and _.")],
    name: Annotated[str, typer.Argument(help="Name of the legal entity.")],
    currency: CurrencyOption = "eur",
    time_zone: TimeZoneOption = "UTC",
    country: Annotated[str, typer.Option(help="ISO 3166-1 code, such as IT.")] = "",
    language: Annotated[str, typer.Option(help="Of its pages, and of the names that it begins with: en or de.")] = "",
    tax: TaxOption = None,
) -> None:
    """Create a company with a ready default: definition, types, methods, chart, posting rules, series."""
    with books():
        from subledger.transactions.services.defaults import set_up_company, tax_written

        set_up_company(
            code=code, name=name, base_currency=currency, time_zone=time_zone, country=country,
            language=language, taxes=[tax_written(one) for one in tax or ()], actor=ACTOR,
        )  # fmt: skip
    typer.echo(f"Created {name}. Let people in with `subledger createadmin --company {code}`.")


@company.command("complete")
def complete_companies(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is lacking and give nothing.")] = False,
) -> None:
    """Give every company what this version brings and it was not given yet: series, ledger accounts, permissions."""
    with books():
        from subledger.companies.provision import lacking, provide
        from subledger.companies.queries import companies
        from subledger.platform.scope import company_scope

        for each in companies():
            with company_scope(each.pk):
                given = lacking() if dry_run else provide(actor=ACTOR)
            verb = "lacks" if dry_run else "was given"
            typer.echo(f"{each.name} {verb} {', '.join(given)}." if given else f"{each.name} has everything.")


@company.command("list")
def list_companies(format: FormatOption = Format.TABLE) -> None:
    """The companies there are."""
    with books():
        from subledger.companies.queries import companies

        rows = [
            {"code": c.code, "name": c.name, "currency": c.base_currency, "time_zone": c.time_zone} for c in companies()
        ]
    print_rows(rows, ["code", "name", "currency", "time_zone"], format)


def settings(format: FormatOption = Format.TABLE) -> None:
    """Every environment variable, its default and what it is set to here."""
    from subledger.config.environment import settings_rows

    print_rows(settings_rows(), ["name", "value", "problem", "default", "help"], format)


def createadmin(
    username: Annotated[str, typer.Option(prompt="Username", help="Name to log in with.")] = "admin",
    email: Annotated[str, typer.Option(help="Where mail for this person goes.")] = "",
    company: CompanyOption = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Create a person who may do everything, in --company or in every company there is."""
    with books():
        from django.db.transaction import atomic

        from subledger.companies.models import Company
        from subledger.companies.services import add_member, create_user
        from subledger.people.services import have_password_changed
        from subledger.platform.scope import company_scope

        known = list(Company.objects.order_by("code"))
        companies = [each for each in known if company in (None, each.code)]
        if not companies and (known or company is not None):
            raise CommandRefused(which_company(company, known), param="--company")
        password = _password(username, email, from_stdin=password_stdin)
        with atomic():
            user = create_user(username=username, password=password, email=email, is_superuser=True)
            if password_stdin:  # a script knows it; typed at the prompt, its owner alone does
                have_password_changed(user=user, actor=ACTOR)
            for each in companies:
                with company_scope(each.pk):
                    add_member(user=user, role="administrator", actor=ACTOR)
    rules = f"administer {', '.join(each.name for each in companies)}" if companies else "make the first company"
    typer.echo(f"{username} can log in and {rules}.")


def _password(username: str, email: str, *, from_stdin: bool) -> str:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        validate_password(password, get_user_model()(username=username, email=email))
    except ValidationError as error:
        raise CommandRefused(f"Choose another password. {' '.join(error.messages)}") from error
    return password


@apikey.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for, as you will see it in lists.")],
    company: CompanyOption = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="read, write or, say, invoices:write; repeatable.", show_default="read, write"),
    ] = None,
) -> None:
    """Create an API key and print it: this once, for only its hash is kept."""
    with company_books(company) as owner:
        from subledger.companies.services import create_api_key

        _, secret = create_api_key(name=name, scopes=scope or ["read", "write"], actor=ACTOR)
    typer.echo(f"Key {name!r} to the books of {owner.name}. Keep it: it is not shown again.", err=True)
    typer.echo(secret)


NameArgument = Annotated[str, typer.Argument(help="The name that they log in with.")]


def _user(username: str) -> Any:
    from subledger.people.queries import user_named

    user = user_named(username)
    if user is None:
        raise CommandRefused(f"Nobody is named {username!r}.")
    return user


@person.command("unlock")
def unlock(username: NameArgument) -> None:
    """Forget the wrong passwords of a name, which keep it locked for a while."""
    with books():
        from subledger.people.throttle import let_in_again

        _user(username)
        let_in_again(username)
    typer.echo(f"{username} can log in again.")


@person.command("deactivate")
def deactivate(username: NameArgument) -> None:
    """End a person's login at once, in every company. What they did stays."""
    _set_active(username, is_active=False)
    typer.echo(f"{username} is logged out and cannot log in any more.")


@person.command("reactivate")
def reactivate(username: NameArgument) -> None:
    """Let a person log in again."""
    _set_active(username, is_active=True)
    typer.echo(f"{username} can log in again.")


def _set_active(username: str, *, is_active: bool) -> None:
    with books():
        from subledger.people.services import change_active

        change_active(user=_user(username), is_active=is_active, actor=ACTOR)


@person.command("password")
def set_password(
    username: NameArgument,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Set a password for somebody who lost theirs; they choose another one at their next login."""
    with books():
        from django.db.transaction import atomic

        from subledger.people.services import have_password_changed
        from subledger.people.services import set_password as set_it

        user = _user(username)
        password = _password(username, user.email, from_stdin=password_stdin)
        with atomic():
            set_it(user=user, password=password, how="")
            have_password_changed(user=user, actor=ACTOR)
    typer.echo(f"{username} logs in with it once, and then chooses another one.")


@person.command("drop-second-factor")
def drop_second_factor(username: NameArgument) -> None:
    """Let a person who lost their second factor, and its recovery codes, log in with the password alone."""
    with books():
        from subledger.people.services import forget_second_factor

        forget_second_factor(user=_user(username), actor=ACTOR)
    typer.echo(f"{username} logs in with the password alone until they add another second factor.")
