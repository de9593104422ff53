// socket.io: what anybody sends goes to everybody. PORT, then perhaps a Redis URL for its adapter.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, redisUrl] = process.argv.slice(2);
const http = createServer();
const io = new Server(http, { cors: { origin: "*" } });

if (redisUrl) {
  const publisher = createClient({ url: redisUrl });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  io.adapter(createAdapter(publisher, subscriber));
}

io.on("connection", (socket) => {
  socket.on("post", (text) => io.emit("post", text));
});

http.listen({ host: "127.0.0.1", port: Number(port), backlog: 2048 });
