# A clock in the channel `clock`: the protocol by hand, with nothing but JSON.
import asyncio, json, os, sys, time
import websockets

url = os.environ.get("LIGHTWELL_URL", "http://127.0.0.1:8080").replace("http", "ws", 1)
hello = {"type": "hello", "version": 1, "role": "producer", "token": os.environ.get("LIGHTWELL_TOKEN", "")}

async def listen(hub):
    async for message in hub:  # a welcome, viewers that come and go, commands; or why we are refused
        print(message, flush=True)

async def main():
    async with websockets.connect(url + "/ws/display?role=producer&channel=clock") as hub:
        await hub.send(json.dumps(hello))
        listening = asyncio.create_task(listen(hub))
        while not listening.done():
            lines = ["", "   \x1b[33;1m" + time.strftime("%H:%M:%S")]
            await hub.send(json.dumps({"type": "frame", "width": 20, "height": 5, "lines": lines}))
            await asyncio.sleep(0.2)
        await listening

try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
except (OSError, websockets.ConnectionClosed) as error:
    sys.exit(f"{url}: {error}")
