"""A display engine as the original's were written: it knows a display by `show`, callbacks and `get_dimensions` only.

    LIGHTWELL_TOKEN=... python3 engine.py        (and open http://127.0.0.1:8080/text/display)
"""

import math
import sys
import time

from lightwell import WebSocketDisplay


class Engine:
    def __init__(self, display):
        self.display = display
        self.stages = {"wave": {"enabled": True, "params": {"speed": 1.0}, "selected": True}}
        display.set_command_callback(self.on_command)

    def on_command(self, command):
        # Panels of the original say what they want without an "action"; those of the hub's pages with one.
        stage = self.stages.get(command.get("stage"))
        if stage is not None and command.get("action", "toggle_stage") == "toggle_stage":
            stage["enabled"] = command.get("enabled", not stage["enabled"])
        elif stage is not None and command.get("action") == "set_param":
            stage["params"][command["param"]] = command["value"]
        self.tell()

    def tell(self):
        self.display.broadcast_state(
            {"stages": self.stages, "preset": None, "presets": [], "selected_stage": "wave"}
        )

    def draw(self, seconds):
        width, height = self.display.get_dimensions()
        wave = self.stages["wave"]
        lines = []
        for y in range(height):
            x = (math.sin(y / 3 + seconds * float(wave["params"]["speed"])) + 1) / 2 * (width - 1)
            lines.append(" " * int(x) + "\x1b[36m█\x1b[0m" if wave["enabled"] else "")
        self.display.show(lines)


def main(seconds):
    display = WebSocketDisplay(host="0.0.0.0", port=8765, width=80, height=24)
    display.start()
    engine = Engine(display)
    engine.tell()
    begun = time.monotonic()
    try:
        while time.monotonic() - begun < seconds:
            engine.draw(time.monotonic() - begun)
            time.sleep(1 / 30)
    except KeyboardInterrupt:
        pass
    finally:
        display.stop()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else math.inf)
