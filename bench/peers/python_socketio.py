"""python-socketio under uvicorn: what anybody sends goes to everybody. PORT as the one argument."""

import sys

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")


@server.event
async def post(sid: str, text: str) -> None:
    await server.emit("post", text)


uvicorn.run(
    socketio.ASGIApp(server),
    host="127.0.0.1",
    port=int(sys.argv[1]),
    log_level="warning",
    ws_per_message_deflate=False,
)
