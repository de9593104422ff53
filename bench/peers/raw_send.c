/* The floor: what one process pays for one send() of the same bytes to each socket, and for
 * nothing else. It upgrades whoever asks, and is no WebSocket server beyond that: short masked
 * texts come in, and each goes out again to everyone.
 *
 *     raw_send PORT */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CLIENTS = 8192, BACKLOG = 2048, ROOM = 65536 };

static const char welcome[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

static int clients[MAX_CLIENTS];
static size_t client_count;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void let_go(int socket_fd) {
    for (size_t i = 0; i < client_count; i++)
        if (clients[i] == socket_fd)
            clients[i] = clients[--client_count];
    close(socket_fd);
}

static void to_everyone(const uint8_t *frame, size_t length) {
    for (size_t i = 0; i < client_count; i++)
        if (send(clients[i], frame, length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EPIPE
            && errno != ECONNRESET && errno != EAGAIN)
            fail("send");
}

/* A masked text of less than 64 KiB in, the same text unmasked out. */
static void pass_on(const uint8_t *from, size_t length) {
    static uint8_t frame[ROOM + 4];
    size_t size = length < 2 ? 0 : from[1] & 0x7f, head = 2;
    if (length < 2 || from[0] != 0x81)
        return;
    if (size == 126 && length >= 4) {
        size = (size_t)from[2] << 8 | from[3];
        head = 4;
    }
    if (size == 127 || length < head + 4 + size)
        return;
    memcpy(frame, from, head);
    frame[1] &= 0x7f;
    for (size_t i = 0; i < size; i++)
        frame[head + i] = from[head + 4 + i] ^ from[head + (i & 3)];
    to_everyone(frame, head + size);
}

static int listen_on(uint16_t port) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    int yes = 1, door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (door < 0 || setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0
        || bind(door, (struct sockaddr *)&here, sizeof here) != 0 || listen(door, BACKLOG) != 0)
        fail("listen");
    return door;
}

static void let_in(int poller, int door) {
    struct epoll_event event = {.events = EPOLLIN};
    int yes = 1, client = accept(door, NULL, NULL);
    if (client < 0)
        return;
    if (client_count == MAX_CLIENTS) {
        close(client);
        return;
    }
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    event.data.fd = client;
    if (epoll_ctl(poller, EPOLL_CTL_ADD, client, &event) != 0)
        fail("epoll_ctl");
    clients[client_count++] = client;
}

static void listen_to(int client) {
    static uint8_t buffer[ROOM];
    ssize_t got = recv(client, buffer, sizeof buffer, 0);
    if (got <= 0)
        let_go(client);
    else if (got > 4 && memcmp(buffer, "GET ", 4) == 0)
        (void)!send(client, welcome, sizeof welcome - 1, MSG_NOSIGNAL);
    else
        pass_on(buffer, (size_t)got);
}

int main(int argc, char **argv) {
    struct epoll_event events[256], knock = {.events = EPOLLIN};
    if (argc != 2)
        return 2;
    int poller = epoll_create1(EPOLL_CLOEXEC), door = listen_on((uint16_t)atoi(argv[1]));
    knock.data.fd = door;
    if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, door, &knock) != 0)
        fail("epoll");
    for (;;) {
        int count = epoll_wait(poller, events, 256, -1);
        if (count < 0 && errno != EINTR)
            fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == door)
                let_in(poller, door);
            else
                listen_to(events[i].data.fd);
        }
    }
}
