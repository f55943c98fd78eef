"""Questions on a terminal: asked in the user's language, and again until the answer is sound."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import typer

from vendoreval.errors import Problem
from vendoreval.text import Language, Message, language, msg

Check = Callable[[str], Iterable[Problem]]


def on_a_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


@dataclass(frozen=True)
class Asking:
    """Ask questions in a language."""

    code: str

    @property
    def tongue(self) -> Language:
        """The language spoken."""
        return language(self.code)

    def say(self, message: Message | str) -> None:
        """Print a line."""
        typer.echo(self.tongue.say(message))

    def ask(self, question: Message, default: str = "", check: Check | None = None) -> str:
        """Return an answer that nothing is wrong with; an empty one means the default."""
        text = self.tongue.say(question) + (f" [{default}]" if default else "")
        while True:
            given: str = typer.prompt(text, default=default, show_default=False)
            answer = given.strip()
            problems = list(check(answer)) if check is not None else []
            if not problems:
                return answer
            for problem in problems:
                # where it stands is plain: it was just typed
                typer.echo("  " + problem.describe(self.code).removeprefix(f"{problem.where}: "))

    def yes(self, question: Message, *, default: bool = False) -> bool:
        """Return whether the answer is yes."""
        words = {"y": True, "yes": True, "д": True, "да": True, "n": False, "no": False,
                 "н": False, "нет": False, "": default}  # fmt: skip
        hint = self.tongue.say(msg("y/n"))
        text = f"{self.tongue.say(question)} ({hint})"
        while True:
            answer = str(typer.prompt(text, default="", show_default=False)).strip().casefold()
            if answer in words:
                return words[answer]

    def many(
        self, question: Message, options: Sequence[tuple[str, str]], default: str = ""
    ) -> list[str]:
        """Return names chosen from a list, by number or by name."""
        for number, (name, told) in enumerate(options, start=1):
            typer.echo(f"  {number:>2}. {name}{': ' + told if told else ''}")
        names = [name for name, _ in options]

        def chosen(text: str) -> list[str]:
            words = [word for word in text.replace(";", ",").replace(" ", ",").split(",") if word]
            return [
                names[int(w) - 1] if w.isdigit() and 0 < int(w) <= len(names) else w for w in words
            ]

        def check(text: str) -> Iterable[Problem]:
            for word in chosen(text):
                if word not in names:
                    yield Problem(
                        "-", "", msg("%(value)s is written", value=word),
                        msg("numbers or names of the list"), msg("choose one of them"),
                    )  # fmt: skip

        return list(dict.fromkeys(chosen(self.ask(question, default, check))))
