"""Text and pictures of a Python program in a Lightwell hub. One file; needs Python 3.9 and the package "websockets" 10 or newer.

    from lightwell import Channel

    with Channel("clock", url="http://127.0.0.1:8080", token="...") as channel:
        channel.show(["", "  \\x1b[33mhello"], border=True)
        channel.show_image(open("photo.jpg", "rb").read())

`WebSocketDisplay` has the interface of the display server that engines of the original bring along.
"""

from __future__ import annotations

import asyncio
import enum
import http.client
import json
import logging
import os
import random
import re
import ssl
import threading
import time
import unicodedata
from typing import Any, Callable, Mapping, Optional, Sequence, Tuple, Union
from urllib.parse import quote, urlencode, urlsplit

import websockets

__all__ = ["Channel", "HubRefusal", "StreamingMode", "WebSocketDisplay"]

log = logging.getLogger("lightwell")

# Frames that the hub has not confirmed: enough for a distant hub, few enough that none is old when it arrives.
MOST_IN_FLIGHT = 4
FIRST_WAIT_S, LONGEST_WAIT_S = 0.3, 10.0
SILENCE_S = 20.0
MAX_COLS, MAX_ROWS = 1000, 500
# Asking again gets the same answer.
FINAL_CODES = ("forbidden", "version", "unknown_channel")

Lines = Union[str, Sequence[str]]
Command = Mapping[str, Any]


class StreamingMode(enum.IntFlag):
    """How frames travel. Viewers choose for themselves; the names are here for engines that say them."""

    JSON = 1
    BINARY = 2
    DIFF = 4


class HubRefusal(Exception):
    """What the hub did not take: `code` for programs, the message for people. `final`: trying again is of no use."""

    def __init__(self, code: str, message: str, final: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.final = final


class Channel:
    """A channel that this program publishes into.

    It keeps the newest frame and state only: nothing is queued, `show` never waits, and what is shown faster than the
    hub takes it is replaced. A lost connection is made anew, and gets both again. Callbacks are called on a thread of
    the channel's own, one at a time.

    url, token: default to the environment's LIGHTWELL_URL and LIGHTWELL_TOKEN.
    """

    def __init__(
        self,
        name: str,
        url: Optional[str] = None,
        token: Optional[str] = None,
        width: int = 80,
        height: int = 24,
    ) -> None:
        self.name = name
        self._hub = urlsplit(url or os.environ.get("LIGHTWELL_URL") or "http://127.0.0.1:8080")
        if self._hub.scheme not in ("http", "https") or not self._hub.hostname:
            raise ValueError(f"{self._hub.geturl()!r} is no address of a hub: use http://host:port")
        self._token = token or os.environ.get("LIGHTWELL_TOKEN")
        self._size = _checked_size(width, height)
        self.on_command: Optional[Callable[[Command], Any]] = None
        self.on_dimensions: Optional[Callable[[int, int], Any]] = None
        self.on_client_connected: Optional[Callable[[Mapping[str, str]], Any]] = None
        self.on_client_disconnected: Optional[Callable[[Mapping[str, str]], Any]] = None
        self.client_count = 0
        """Who watches the channel now, on all outputs together; 0 while there is no connection."""
        self.refusal: Optional[HubRefusal] = None
        """Why it was refused for good."""
        self._changed = threading.Condition()
        self._frame: Optional[str] = None
        self._frame_number = 0
        self._settled_number = 0
        self._state: Optional[str] = None
        self._state_number = 0
        self._delay_s = 0.0
        self._ready = False
        self._closed = False
        self._thread: Optional[threading.Thread] = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._wake: Optional[asyncio.Event] = None
        self._pictures: Optional[http.client.HTTPConnection] = None
        self._shown_at: Optional[float] = None
        self._pace = (0.0, 0.0)

    @property
    def connected(self) -> bool:
        """True while the hub has let us in."""
        return self._ready

    def start(self) -> None:
        """Connect in the background; `show`, `clear` and `broadcast_state` do so by themselves."""
        with self._changed:
            if self._thread or self._closed:
                return
            self._thread = threading.Thread(target=self._run, name=f"lightwell {self.name}", daemon=True)
            self._thread.start()

    def show(self, lines: Lines, border: bool = False) -> None:
        """Show rows of text with ANSI colours, top left in a frame of `get_dimensions()`; what is outside is cut off.

        border: a box around them with the channel's name, frames per second and frame time.
        """
        width, height = self._size
        rows = lines.split("\n") if isinstance(lines, str) else [str(line) for line in lines]
        now = time.monotonic()
        if self._shown_at is not None:
            frame_s = max(now - self._shown_at, 1e-6)
            smooth = self._pace[1] * 0.9 + frame_s * 0.1 if self._pace[1] else frame_s
            self._pace = (1 / smooth, smooth)
        self._shown_at = now
        if border:
            rows = _with_border(rows, width, height, self.name, *self._pace)
        self._put(json.dumps({"type": "frame", "width": width, "height": height, "lines": rows[:height]}))

    def clear(self) -> None:
        """Show an empty screen."""
        self.show([])

    def broadcast_state(self, state: Mapping[str, Any]) -> None:
        """Tell every viewer what this program does now, and those to come: any mapping that JSON can write.

        Control panels are made from {"stages", "preset", "presets", "selected_stage"}.
        """
        if not isinstance(state, Mapping):
            raise TypeError("a state is a mapping")
        message = json.dumps({"type": "state", "state": dict(state)})
        with self._changed:
            self._state = message
            self._state_number += 1
        self._poke()

    def get_dimensions(self) -> Tuple[int, int]:
        """Columns and rows of the frames."""
        return self._size

    def set_dimensions(self, width: int, height: int) -> None:
        self._size = _checked_size(width, height)

    def set_frame_delay(self, seconds: float) -> None:
        """Send a frame at most every so many seconds, the newest then. 0: as often as the hub takes them."""
        if not 0 <= seconds <= 3600:
            raise ValueError("a frame delay is between 0 and 3600 seconds")
        self._delay_s = seconds

    def show_image(self, picture: bytes, timestamp: Optional[float] = None) -> int:
        """Show an encoded JPEG, WebP or PNG; gives the number of its frame. Waits for the hub's answer.

        timestamp: when it was taken, in seconds since 1970.
        Raises HubRefusal with the hub's words, OSError when there is no hub.
        """
        headers = {"Content-Type": "application/octet-stream"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if timestamp is not None:
            headers["X-Timestamp"] = f"{timestamp:.3f}"
        path = f"{self._hub.path.rstrip('/')}/ingest/{quote(self.name, safe='')}"
        for attempt in (1, 2):
            fresh = self._pictures is None
            connection = self._pictures = self._pictures or self._connect_http()
            try:
                connection.request("PUT", path, body=bytes(picture), headers=headers)
                response = connection.getresponse()
                status, text = response.status, response.read().decode("utf-8", "replace")
                break
            except (OSError, http.client.HTTPException):
                connection.close()
                self._pictures = None
                # The hub ends connections on which nothing came for some seconds: a kept one may be gone.
                if fresh or attempt == 2:
                    raise
        try:
            says = json.loads(text)
        except ValueError:
            says = {}
        if status == 200 and isinstance(says.get("seq"), int):
            return says["seq"]
        raise HubRefusal(
            str(says.get("code", status)),
            f'channel "{self.name}": {says.get("detail", f"the hub answered {status}")}',
            final=status in (401, 403),
        )

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until the hub has taken what was shown last; False when it has not in time. Raises HubRefusal."""
        with self._changed:
            wanted = self._frame_number
            self._changed.wait_for(lambda: self._settled_number >= wanted or self.refusal or self._closed, timeout)
            if self.refusal:
                raise self.refusal
            return self._settled_number >= wanted

    def close(self) -> None:
        """Publish nothing more. What waits is dropped: `flush()` before sends it. The channel stays."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify_all()
        self._poke()
        if thread and thread is not threading.current_thread():
            thread.join(2)
        if self._pictures:
            self._pictures.close()
            self._pictures = None

    def __enter__(self) -> "Channel":
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        try:
            if kind is None and self._thread:
                self.flush()
        finally:
            self.close()

    def _connect_http(self) -> http.client.HTTPConnection:
        host, port = self._hub.hostname or "", self._hub.port
        if self._hub.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=30, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=30)

    def _put(self, frame: str) -> None:
        with self._changed:
            self._frame = frame
            self._frame_number += 1
        self._poke()

    def _poke(self) -> None:
        if not self._closed:
            self.start()
        loop, wake = self._loop, self._wake
        if loop and wake:
            try:
                loop.call_soon_threadsafe(wake.set)
            except RuntimeError:
                pass  # It has just ended.

    def _run(self) -> None:
        asyncio.run(self._keep_connected())

    async def _keep_connected(self) -> None:
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        scheme = "wss" if self._hub.scheme == "https" else "ws"
        query = urlencode({"role": "producer", "channel": self.name})
        url = f"{scheme}://{self._hub.netloc}{self._hub.path.rstrip('/')}/ws/display?{query}"
        wait_s = FIRST_WAIT_S
        while not self._closed and not self.refusal:
            why = "the connection was lost"
            try:
                async with websockets.connect(url, max_size=4 * 2**20, open_timeout=10, close_timeout=1) as socket:
                    if await self._talk(socket):
                        wait_s = FIRST_WAIT_S
            except (OSError, asyncio.TimeoutError, websockets.exceptions.WebSocketException) as error:
                why = str(error) or type(error).__name__
            finally:
                self._ready = False
                self.client_count = 0
            if self._closed or self.refusal:
                break
            log.warning('channel "%s": %s; trying again', self.name, why)
            # Half of the wait by chance: a hundred programs do not come back at once.
            await self._wait(wait_s * random.uniform(0.5, 1))
            wait_s = min(LONGEST_WAIT_S, wait_s * 2)

    async def _wait(self, seconds: float) -> None:
        """Wait so long, however often something is shown meanwhile."""
        end = time.monotonic() + seconds
        while not self._closed and time.monotonic() < end:
            await self._woken(end - time.monotonic())

    async def _woken(self, seconds: float) -> None:
        assert self._wake
        try:
            await asyncio.wait_for(self._wake.wait(), max(0.0, seconds))
        except asyncio.TimeoutError:
            pass
        self._wake.clear()

    async def _talk(self, socket: Any) -> bool:
        """Send what is newest, hear what the hub says; True when it let us in."""
        hello = {"type": "hello", "version": 1, "role": "producer", "channel": self.name}
        if self._token:
            hello["token"] = self._token
        await socket.send(json.dumps(hello))
        link = _Link()
        hearing = asyncio.ensure_future(self._hear(socket, link))
        try:
            await self._send(socket, link, hearing)
            if hearing.done():
                hearing.result()
        finally:
            hearing.cancel()
        return link.welcomed

    async def _send(self, socket: Any, link: "_Link", hearing: "asyncio.Future[None]") -> None:
        frame_number = state_number = sent = 0
        sent_at = 0.0
        # What the hub confirms by its pong: the frames up to this number.
        numbers: dict = {}
        link.settle = lambda t: self._settle(numbers.pop(t, 0))
        while not self._closed and not self.refusal and not hearing.done():
            wait_s = SILENCE_S / 4
            if link.welcomed:
                with self._changed:
                    frame, number, state, of_state = self._frame, self._frame_number, self._state, self._state_number
                if state is not None and of_state != state_number:
                    state_number = of_state
                    await socket.send(state)
                if frame is not None and number != frame_number and sent - link.confirmed < MOST_IN_FLIGHT:
                    due = sent_at + max(self._delay_s, link.delay_s)
                    wait_s = min(wait_s, due - time.monotonic())
                    if wait_s <= 0:
                        frame_number, sent, sent_at = number, sent + 1, time.monotonic()
                        numbers[sent] = number
                        await socket.send(frame)
                        await socket.send(json.dumps({"type": "ping", "t": sent}))
                        continue
            if time.monotonic() - link.heard_at > SILENCE_S:
                return
            if link.welcomed and time.monotonic() - link.heard_at > SILENCE_S / 3:
                await socket.send(json.dumps({"type": "ping", "t": sent}))
            await self._woken(wait_s)

    async def _hear(self, socket: Any, link: "_Link") -> None:
        assert self._wake
        try:
            async for text in socket:
                link.heard_at = time.monotonic()
                event = json.loads(text) if isinstance(text, str) else {}
                self._on_event(event, link)
                self._wake.set()
        finally:
            self._wake.set()

    def _on_event(self, event: Any, link: "_Link") -> None:
        kind = event.get("type") if isinstance(event, dict) else None
        if kind == "welcome":
            link.welcomed = self._ready = True
            link.delay_s = 1 / event["limits"]["fps"]
        elif kind == "pong":
            link.confirmed = max(link.confirmed, int(event["t"]))
            link.settle(int(event["t"]))
        elif kind == "viewers":
            self.client_count = int(event["count"])
        elif kind == "command":
            self._call(self.on_command, event["command"])
        elif kind == "dimensions":
            self._on_dimensions(int(event["width"]), int(event["height"]))
        elif kind == "client_connected":
            self._call(self.on_client_connected, event["client"])
        elif kind == "client_disconnected":
            self._call(self.on_client_disconnected, event["client"])
        elif kind == "error" and event.get("code") != "too_fast":
            log.warning('channel "%s": %s', self.name, event.get("message"))
        elif kind == "refused":
            code = str(event.get("code"))
            refusal = HubRefusal(code, f'channel "{self.name}": {event.get("reason")}', code in FINAL_CODES)
            log.warning("%s", refusal)
            if refusal.final:
                with self._changed:
                    self.refusal = refusal
                    self._changed.notify_all()

    def _on_dimensions(self, width: int, height: int) -> None:
        self._call(self.on_dimensions, width, height)

    def _call(self, callback: Optional[Callable[..., Any]], *values: Any) -> None:
        if callback is None:
            return
        try:
            callback(*values)
        except Exception:  # A mistake of the program's must not end its connection.
            log.exception('channel "%s": a callback failed', self.name)

    def _settle(self, number: int) -> None:
        with self._changed:
            self._settled_number = max(self._settled_number, number)
            self._changed.notify_all()


class _Link:
    """What is known of one connection."""

    def __init__(self) -> None:
        self.welcomed = False
        self.delay_s = 0.0
        self.confirmed = 0
        self.heard_at = time.monotonic()
        self.settle: Callable[[int], None] = lambda _: None


class WebSocketDisplay(Channel):
    """The display of the original's engines: it was a server of its own, and is a channel of the hub here.

    `host`, `port` and further options of that server are taken and not used: viewers come to the hub. Which hub and
    channel say the arguments `url`, `token`, `channel` or LIGHTWELL_URL, LIGHTWELL_TOKEN, LIGHTWELL_CHANNEL (`display`).
    As there, the size of the frames is what a viewer asked for last.
    """

    def __init__(
        self,
        host: str = "",
        port: int = 0,
        width: int = 80,
        height: int = 24,
        *_unused: Any,
        channel: Optional[str] = None,
        url: Optional[str] = None,
        token: Optional[str] = None,
        border: bool = False,
        **_options: Any,
    ) -> None:
        name = channel or os.environ.get("LIGHTWELL_CHANNEL") or "display"
        super().__init__(name, url, token, width, height)
        self._border = border

    def show(self, lines: Lines, border: Optional[bool] = None) -> None:
        super().show(lines, self._border if border is None else border)

    def set_command_callback(self, callback: Optional[Callable[[Command], Any]]) -> None:
        self.on_command = callback

    def set_client_connected_callback(self, callback: Optional[Callable[[Mapping[str, str]], Any]]) -> None:
        self.on_client_connected = callback

    def set_client_disconnected_callback(self, callback: Optional[Callable[[Mapping[str, str]], Any]]) -> None:
        self.on_client_disconnected = callback

    def get_client_count(self) -> int:
        return self.client_count

    def stop(self) -> None:
        """Show what was given last, then end."""
        try:
            if self._thread and self.connected:
                self.flush(1)
        finally:
            self.close()

    def _on_dimensions(self, width: int, height: int) -> None:
        self._size = (width, height)
        super()._on_dimensions(width, height)


def _checked_size(width: int, height: int) -> Tuple[int, int]:
    if not (1 <= width <= MAX_COLS and 1 <= height <= MAX_ROWS):
        raise ValueError(f"{width} × {height} is no size of a frame: use 1 to {MAX_COLS} columns, 1 to {MAX_ROWS} rows")
    return int(width), int(height)


_SGR = re.compile(r"\x1b\[[0-9;:]*m")


def _fit(line: str, width: int) -> str:
    """The line cut or padded to so many cells; colours take none."""
    parts, used, at = [], 0, 0
    while at < len(line):
        colour = _SGR.match(line, at)
        if colour:
            parts.append(colour.group())
            at = colour.end()
            continue
        sign = line[at]
        at += 1
        cells = 0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if used + cells > width:
            break
        parts.append(sign)
        used += cells
    return "".join(parts) + "\x1b[0m" + " " * (width - used)


def _with_border(rows: Sequence[str], width: int, height: int, name: str, fps: float, frame_s: float) -> list:
    if width < 3 or height < 3:
        raise ValueError("a border needs a frame of 3 × 3 at least")
    inside = width - 2
    figures = f" {fps:.1f} fps  {frame_s * 1000:.0f} ms "
    top = f"─ {name} "[:inside].ljust(inside, "─")
    bottom = figures[:inside].rjust(inside, "─")
    body = [f"│{_fit(rows[y] if y < len(rows) else '', inside)}│" for y in range(height - 2)]
    return [f"┌{top}┐", *body, f"└{bottom}┘"]
