"""What outlives a contract: it is made once for a server, and all its contracts, also those that come later, use it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from contractctl.mockserver.clock import Clock
from contractctl.mockserver.memory.interface import MemoryFull, MemoryUnreachable
from contractctl.mockserver.observing.observer import Observer
from contractctl.mockserver.realism.windows import Windows
from contractctl.mockserver.settings import SettingError, Settings
from contractctl.mockserver.sharing import is_divided, open_memory

if TYPE_CHECKING:
    from contractctl.mockserver.callbacks.deliveries import Deliveries
    from contractctl.mockserver.tokens.tokens import Tokens


class Runtime:
    """The memory of a server, and what rests on it.

    `settings` are the server's own. `title` tells its contracts from those of others in a memory that is shared. The
    memory `is_divided` where several workers have none in common: what needs one is then off. `signing_key` is that of
    tokens, in PEM; where it is empty one is made.
    """

    def __init__(self, settings: Settings, title: str = "", signing_key: str = "") -> None:
        """Make it; raise SettingError for settings that do not go together."""
        self._signing_key = signing_key
        self.is_running = False
        """Whether there may be workers, whom nobody can tell a key any more."""
        self.settings = settings
        self.is_divided = is_divided(settings)
        self.memory = open_memory(settings, title)
        self.clock = Clock(self.memory)
        self.windows = Windows(self.memory, self.clock)
        self.forgetting: dict[str, Callable[[], None]] = {}
        """What else is to be done when a part or space of the memory is emptied, by its name; see control/reset.py."""
        self.observer = Observer(self.memory, self.clock, 0 if self.is_divided else settings.most_requests)
        self.forgetting |= {"journal": self.observer.clear_journal, "coverage": self.observer.clear_coverage}

    @cached_property
    def deliveries(self) -> Deliveries:
        """What is sent to others. It begins when something is, or somebody asks."""
        from contractctl.mockserver.callbacks.deliveries import Deliveries

        deliveries = Deliveries(self.settings.callbacks, self.memory, self.observer)
        self.forgetting["deliveries"] = deliveries.forget
        return deliveries

    def close(self) -> None:
        """Send no more, and say on stderr what was not sent."""
        if "deliveries" in vars(self):
            self.deliveries.give_up()

    @property
    def scheme(self) -> str:
        """What the URLs of the server begin with."""
        return "https" if self.settings.tls_cert else "http"

    def warn_of_memory(self) -> None:
        """Say on stderr what is wrong with the memory, if something is. It may take seconds to find out."""
        try:
            self.memory.check()
        except (MemoryUnreachable, MemoryFull) as error:
            sys.stderr.write(f"warning: {error}; until that changes, what needs it answers 503\n")

    @cached_property
    def tokens(self) -> Tokens:
        """What signs and judges tokens, made when a contract first asks for it; raise SettingError."""
        from contractctl.mockserver.tokens.tokens import Tokens

        if self.is_running and self.settings.workers > 1 and not self._signing_key:
            raise SettingError("tokens need a key that all workers have; start anew, or give one as MOCK_SIGNING_KEY")
        return Tokens(self.settings, self.memory, self.clock, self._signing_key)
