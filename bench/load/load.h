/* A load generator for WebSocket servers on 127.0.0.1: many seats, posts at a rate, and the time
 * from each post to each seat's screen. It is told what to do line by line on its standard input
 * and answers with one line of JSON each time; bench/generator.py is its other end. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MAX_SEATS = 8192,
    MAX_PORTS = 8,
    MAX_STEPS = 4,
    MAX_POSTS = 1 << 20,
    MAX_SAMPLES = 1 << 22,
    MAX_MESSAGE = 1 << 22,   /* bytes; a longer message fails its seat */
    NEWS_LIMIT = 4096,       /* bytes; a longer message is a snapshot, no delivery */
};

/* What a seat waits for after the upgrade, and what it says then. */
struct step {
    const char *needle;
    const char *say;
};

struct options {
    uint16_t ports[MAX_PORTS]; /* seats are dealt out over these in turn */
    size_t port_count;
    uint16_t post_port;        /* where posts are made; 0: from the seats themselves */
    size_t seats;
    size_t posters;            /* how many sockets post in turn; 0: every seat */
    size_t connecting;         /* how many connect at the same time; 0: all */
    const char *path;
    char **cookies;            /* one a socket, used in turn */
    size_t cookie_count;
    struct step steps[MAX_STEPS];
    size_t step_count;
    const char *seated;        /* the message that says that a seat is taken; NULL: the upgrade */
    const char *post;          /* template: %K key, %M marker, %P padding, %N number, %V value */
    size_t pad;
    unsigned patience;         /* seconds to wait for what was posted to arrive */
    unsigned numbers;          /* %N runs from 1 to this */
    uint32_t run;              /* in every key and marker, so that runs do not meet */
    bool engineio;             /* answer Engine.IO's pings */
};

enum seat_state { SEAT_OUTSIDE, SEAT_CONNECTING, SEAT_UPGRADING, SEAT_JOINING, SEAT_TAKEN, SEAT_GONE };

struct seat {
    int fd;
    enum seat_state state;
    bool counts;               /* false for a socket that only posts */
    bool waits_to_write;
    uint16_t port;
    unsigned step;
    unsigned outstanding;      /* commands without an answer */
    uint8_t *in;
    size_t in_length;
    uint8_t *out;
    size_t out_length, out_room;
    uint64_t began;
};

/* main.c */
extern struct options options;
extern struct seat *seats;
extern size_t seat_count; /* those that count, then those that only post */
extern int poller;
uint64_t now_ns(void);
void fail(const char *what) __attribute__((noreturn));
void *must_grow(void *old, size_t bytes);

/* wire.c */
struct message {
    unsigned opcode;
    bool final;
    const uint8_t *data;
    size_t length;
};
size_t wire_request(char *to, size_t room, uint16_t port, const char *cookie);
int wire_upgrade(const uint8_t *from, size_t length, size_t *used);
int wire_message(const uint8_t *from, size_t length, struct message *message, size_t *used);
size_t wire_frame(uint8_t *to, unsigned opcode, const void *data, size_t length);

/* posts.c */
size_t post_text(char *text, size_t room, uint32_t index);
bool post_answered(const uint8_t *data, size_t length, uint32_t *index);
bool post_shown(const uint8_t *data, size_t length, uint32_t *index);

/* seats.c */
void seat_connect(struct seat *seat, const char *cookie);
void seat_event(struct seat *seat, uint32_t events);
void seat_say(struct seat *seat, unsigned opcode, const void *data, size_t length);
void seat_leave(struct seat *seat);
const char *seat_cookie(size_t index);

/* work.c: what is done with the seats, and what is counted */
void work_command(char *line);
void work_seated(struct seat *seat);
void work_gone(struct seat *seat, bool was_taken);
void work_heard(struct seat *seat, const uint8_t *data, size_t length);
void work_bytes(size_t length);
void work_closing(unsigned code);
void work_tick(void);
int work_timer(void);
void work_free(void);

/* samples.c: times in microseconds */
struct samples {
    uint32_t *values;
    size_t count, room;
};
void samples_add(struct samples *samples, uint64_t from_ns, uint64_t to_ns);
void samples_print(const char *name, struct samples *samples);
void samples_clear(struct samples *samples);

#endif
