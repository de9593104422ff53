/* One socket each: connect, upgrade, join, then read what comes. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10, READ_ROOM = 1 << 18 };

static void poll_for(struct seat *seat, uint32_t events, int how) {
    struct epoll_event event = {.events = events, .data.ptr = seat};
    if (epoll_ctl(poller, how, seat->fd, &event) != 0)
        fail("epoll_ctl");
}

void seat_leave(struct seat *seat) {
    bool was_taken = seat->state == SEAT_TAKEN;
    if (seat->fd >= 0)
        close(seat->fd);
    free(seat->in);
    free(seat->out);
    seat->fd = -1;
    seat->in = seat->out = NULL;
    seat->in_length = seat->out_length = seat->out_room = 0;
    if (seat->state == SEAT_GONE || seat->state == SEAT_OUTSIDE)
        return;
    seat->state = SEAT_GONE;
    work_gone(seat, was_taken);
}

static void flush(struct seat *seat) {
    size_t done = 0;
    while (done < seat->out_length) {
        ssize_t sent = send(seat->fd, seat->out + done, seat->out_length - done, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (sent < 0) {
            seat_leave(seat);
            return;
        }
        done += (size_t)sent;
    }
    seat->out_length -= done;
    memmove(seat->out, seat->out + done, seat->out_length);
    bool waits = seat->out_length > 0;
    if (waits != seat->waits_to_write) {
        seat->waits_to_write = waits;
        poll_for(seat, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
    }
}

static uint8_t *room_to_write(struct seat *seat, size_t more) {
    if (seat->out_length + more > seat->out_room) {
        seat->out_room = seat->out_length + more;
        seat->out = must_grow(seat->out, seat->out_room);
    }
    return seat->out + seat->out_length;
}

void seat_say(struct seat *seat, unsigned opcode, const void *data, size_t length) {
    if (seat->fd < 0)
        return;
    seat->out_length += wire_frame(room_to_write(seat, length + 14), opcode, data, length);
    flush(seat);
}

void seat_connect(struct seat *seat, const char *cookie) {
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(seat->port)};
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int yes = 1;
    char request[4096];
    size_t length = wire_request(request, sizeof request, seat->port, cookie);
    if (length == 0)
        fail("the request is too long");
    seat->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (seat->fd < 0)
        fail("socket");
    setsockopt(seat->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    memcpy(room_to_write(seat, length), request, length);
    seat->out_length = length;
    seat->state = SEAT_CONNECTING;
    seat->began = now_ns();
    poll_for(seat, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
    seat->waits_to_write = true;
    if (connect(seat->fd, (struct sockaddr *)&there, sizeof there) != 0 && errno != EINPROGRESS)
        seat_leave(seat);
}

static void joining(struct seat *seat, const struct message *heard) {
    if (seat->step < options.step_count) {
        const struct step *step = &options.steps[seat->step];
        if (memmem(heard->data, heard->length, step->needle, strlen(step->needle)) != NULL) {
            seat->step++;
            seat_say(seat, TEXT, step->say, strlen(step->say));
        }
    } else if (memmem(heard->data, heard->length, options.seated, strlen(options.seated))) {
        seat->state = SEAT_TAKEN;
        work_seated(seat);
    }
}

static void hear(struct seat *seat, const struct message *heard) {
    if (heard->opcode == PING) {
        seat_say(seat, PONG, heard->data, heard->length);
    } else if (heard->opcode == CLOSE) {
        unsigned code = heard->length < 2 ? 1005 : heard->data[0] * 256u + heard->data[1];
        work_closing(code);
        seat_leave(seat);
    } else if (options.engineio && heard->length == 1 && heard->data[0] == '2') {
        seat_say(seat, TEXT, "3", 1);
    } else if (seat->state == SEAT_JOINING) {
        joining(seat, heard);
    } else {
        work_heard(seat, heard->data, heard->length);
    }
}

/* How many of the bytes were understood; what is left is the beginning of something. */
static size_t understand(struct seat *seat, const uint8_t *from, size_t length) {
    size_t done = 0, used = 0;
    struct message heard;
    if (seat->state == SEAT_UPGRADING) {
        int upgraded = wire_upgrade(from, length, &used);
        if (upgraded == 0)
            return 0;
        if (upgraded < 0) {
            seat_leave(seat);
            return length;
        }
        done = used;
        seat->state = options.seated ? SEAT_JOINING : SEAT_TAKEN;
        if (seat->state == SEAT_TAKEN)
            work_seated(seat);
    }
    while (seat->fd >= 0) {
        int found = wire_message(from + done, length - done, &heard, &used);
        if (found == 0)
            return done;
        /* No server here splits messages this small; one that did would be counted wrongly. */
        if (found < 0 || !heard.final || heard.opcode == 0) {
            seat_leave(seat);
            break;
        }
        done += used;
        hear(seat, &heard);
    }
    return length;
}

/* Keep `rest`, which may lie in what is kept already. */
static void keep(struct seat *seat, const uint8_t *rest, size_t length) {
    if (length == 0) {
        free(seat->in);
        seat->in = NULL;
    } else {
        if (seat->in_length == 0)
            seat->in = must_grow(seat->in, length);
        memmove(seat->in, rest, length);
    }
    seat->in_length = length;
}

static void take_in(struct seat *seat) {
    static uint8_t buffer[READ_ROOM];
    ssize_t got = recv(seat->fd, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (got <= 0) {
        seat_leave(seat);
        return;
    }
    work_bytes((size_t)got);
    const uint8_t *all = buffer;
    size_t length = (size_t)got;
    if (seat->in_length > 0) {
        seat->in = must_grow(seat->in, seat->in_length + length);
        memcpy(seat->in + seat->in_length, buffer, length);
        length = seat->in_length += length;
        all = seat->in;
    }
    size_t done = understand(seat, all, length);
    if (seat->fd >= 0)
        keep(seat, all + done, length - done);
}

void seat_event(struct seat *seat, uint32_t events) {
    if (seat->fd >= 0 && seat->state == SEAT_CONNECTING && (events & (EPOLLOUT | EPOLLERR))) {
        int error = 0;
        socklen_t size = sizeof error;
        if (getsockopt(seat->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
            seat_leave(seat);
            return;
        }
        seat->state = SEAT_UPGRADING;
    }
    if (seat->fd >= 0 && (events & EPOLLOUT))
        flush(seat);
    if (seat->fd >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        take_in(seat);
}

const char *seat_cookie(size_t index) {
    return options.cookie_count ? options.cookies[index % options.cookie_count] : NULL;
}
