/* Options, the sockets' poll, and the lines that say what to do. */
#include "load.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct options options = {.path = "/", .numbers = 1, .patience = 15};
struct seat *seats;
size_t seat_count;
int poller;

uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void fail(const char *what) {
    fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(2);
}

void *must_grow(void *old, size_t bytes) {
    void *grown = realloc(old, bytes);
    if (grown == NULL)
        fail("out of memory");
    return grown;
}

static void read_cookies(const char *path) {
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    if (file == NULL)
        fail(path);
    while ((length = getline(&line, &room, file)) > 0 && options.cookie_count < MAX_SEATS) {
        line[strcspn(line, "\r\n")] = '\0';
        options.cookies = must_grow(options.cookies, (options.cookie_count + 1) * sizeof(char *));
        if ((options.cookies[options.cookie_count++] = strdup(line)) == NULL)
            fail("out of memory");
    }
    free(line);
    fclose(file);
}

static void add_ports(char *list) {
    for (char *port = strtok(list, ","); port != NULL; port = strtok(NULL, ",")) {
        if (options.port_count == MAX_PORTS)
            fail("too many ports");
        options.ports[options.port_count++] = (uint16_t)atoi(port);
    }
}

static void read_options(int argc, char **argv) {
    static const struct option known[] = {
        {"ports", required_argument, NULL, 'p'},      {"post-port", required_argument, NULL, 'P'},
        {"seats", required_argument, NULL, 's'},      {"posters", required_argument, NULL, 'q'},
        {"connecting", required_argument, NULL, 'c'}, {"path", required_argument, NULL, 'a'},
        {"cookies", required_argument, NULL, 'k'},    {"on", required_argument, NULL, 'n'},
        {"say", required_argument, NULL, 'y'},        {"seated", required_argument, NULL, 'd'},
        {"post", required_argument, NULL, 't'},       {"pad", required_argument, NULL, 'x'},
        {"numbers", required_argument, NULL, 'u'},    {"run", required_argument, NULL, 'r'},
        {"patience", required_argument, NULL, 'w'},   {"engineio", no_argument, NULL, 'e'},
        {NULL, 0, NULL, 0},
    };
    int letter;
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (letter) {
        case 'p': add_ports(optarg); break;
        case 'P': options.post_port = (uint16_t)atoi(optarg); break;
        case 's': options.seats = strtoul(optarg, NULL, 10); break;
        case 'q': options.posters = strtoul(optarg, NULL, 10); break;
        case 'c': options.connecting = strtoul(optarg, NULL, 10); break;
        case 'a': options.path = optarg; break;
        case 'k': read_cookies(optarg); break;
        case 'n':
            if (options.step_count == MAX_STEPS)
                fail("too many steps");
            options.steps[options.step_count].needle = optarg;
            break;
        case 'y':
            if (options.step_count == MAX_STEPS || !options.steps[options.step_count].needle)
                fail("--say comes after --on");
            options.steps[options.step_count++].say = optarg;
            break;
        case 'd': options.seated = optarg; break;
        case 't': options.post = optarg; break;
        case 'x': options.pad = strtoul(optarg, NULL, 10); break;
        case 'u': options.numbers = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'w': options.patience = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'r': options.run = (uint32_t)strtoul(optarg, NULL, 16); break;
        case 'e': options.engineio = true; break;
        default: exit(2);
        }
    }
    seat_count = options.seats + (options.post_port ? options.posters : 0);
    if (options.port_count == 0 || seat_count == 0 || seat_count > MAX_SEATS || !options.numbers
        || options.pad > 8192 || (options.post_port && options.posters == 0) || !options.post)
        fail("--ports, --seats and --post are needed, and within bounds");
}

static void make_seats(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    if ((seats = calloc(seat_count, sizeof *seats)) == NULL)
        fail("out of memory");
    for (size_t i = 0; i < seat_count; i++) {
        seats[i].fd = -1;
        seats[i].counts = i < options.seats;
        seats[i].port = seats[i].counts ? options.ports[i % options.port_count] : options.post_port;
    }
}

/* False at the end of the input: whoever started us is gone. */
static bool read_commands(void) {
    static char line[256];
    static size_t length;
    ssize_t got = read(STDIN_FILENO, line + length, sizeof line - 1 - length);
    if (got <= 0)
        return got < 0 && errno == EINTR;
    length += (size_t)got;
    line[length] = '\0';
    for (char *end; (end = strchr(line, '\n')) != NULL;) {
        *end = '\0';
        work_command(line);
        length -= (size_t)(end + 1 - line);
        memmove(line, end + 1, length + 1);
    }
    return length < sizeof line - 1;
}

int main(int argc, char **argv) {
    struct epoll_event events[512], commands = {.events = EPOLLIN, .data.ptr = NULL};
    bool told = true;
    read_options(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    if ((poller = epoll_create1(EPOLL_CLOEXEC)) < 0)
        fail("epoll_create1");
    make_seats();
    if (epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &commands) != 0)
        fail("standard input");
    while (told) {
        int count = epoll_wait(poller, events, 512, work_timer());
        if (count < 0 && errno != EINTR)
            fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL)
                told = read_commands();
            else
                seat_event(events[i].data.ptr, events[i].events);
        }
        work_tick();
    }
    for (size_t i = 0; i < seat_count; i++) {
        seats[i].state = SEAT_GONE; /* leaving is no news any more */
        seat_leave(&seats[i]);
    }
    for (size_t i = 0; i < options.cookie_count; i++)
        free(options.cookies[i]);
    free(options.cookies);
    work_free();
    free(seats);
    close(poller);
    return 0;
}
