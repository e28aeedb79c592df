"""An RTSP server of GStreamer on loopback. Each argument is a pipeline, found at /0, /1 and so on. Prints its port."""

import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
for place, pipeline in enumerate(sys.argv[1:]):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {pipeline} )")
    server.get_mount_points().add_factory(f"/{place}", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)

# At the end of its input it ends: none outlives a test that is killed.
loop = GLib.MainLoop()
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
loop.run()
