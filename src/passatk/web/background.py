"""What takes longer than a page may: made beside the pages, in processes that end with the view.

A page asks for a result and gets it, or None while it is being made; then it says so, and asks
again a moment later. Python runs one thread at a time, so that counting and drawing in this process
would make every page wait.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from passatk.errors import PassatkError

Made = TypeVar("Made")


class Background:
    """Results of one kind by their key, made one at a time; the oldest goes first.

    Args:
        most: results that are kept, those that wait to be made among them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._futures: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="background")
        self._process: BaseProcess | None = None
        self._closed = False

    def of(
        self,
        key: Hashable,
        function: Callable[..., Made],
        *arguments: object,
        patience: float = 0.0,
    ) -> Made | None:
        """What the function gives, or None while it is being made.

        Args:
            function: of a module; it runs in a process of its own.
            arguments: plain data.
            patience: seconds to wait for the result.

        Raises:
            PassatkError: what the function raised; the next one to ask has it tried again.
        """
        with self._lock:
            future = self._futures.get(key)
            if future is None or future.cancelled():
                future = self._worker.submit(self._apart, function, arguments)
                self._futures[key] = future
            self._futures.move_to_end(key)
            while len(self._futures) > self._most:
                self._futures.popitem(last=False)[1].cancel()
        try:
            made: Made = future.result(patience)
        except (NotYet, CancelledError):  # cancelled: newer pages were asked for meanwhile
            return None
        except Exception:
            with self._lock:
                if self._futures.get(key) is future:
                    del self._futures[key]
            raise
        return made

    def close(self) -> None:
        """End what is being made."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.terminate()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _apart(self, function: Callable[..., Made], arguments: tuple[object, ...]) -> Made:
        # Fork would copy threads and open databases; a server that forks clean workers does not.
        context = multiprocessing.get_context("forkserver")
        reading, writing = context.Pipe(duplex=False)
        process = context.Process(target=_tell, args=(writing, function, arguments), daemon=True)
        with self._lock:
            if self._closed:
                raise PassatkError("the view is being closed")
            process.start()
            self._process = process
        writing.close()
        try:
            made, error = reading.recv()
        except EOFError:
            raise PassatkError(
                "the process that worked on this page died\n"
                "  found: the system ended it, most likely for want of memory\n"
                "  next: use passatk analyze and passatk report in a terminal"
            ) from None
        finally:
            reading.close()
            process.join()
            with self._lock:
                self._process = None
        if error is not None:
            raise PassatkError(error)
        result: Made = made
        return result


def _tell(pipe: Connection, function: Callable[..., Any], arguments: tuple[object, ...]) -> None:
    """Run the function and send what it gives, or the words of its error."""
    # An interrupt from the terminal is for the process that serves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pipe.send((function(*arguments), None))
    except PassatkError as error:
        pipe.send((None, str(error)))
