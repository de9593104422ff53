/* What is done with the seats, phase by phase, and what is counted meanwhile. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>

enum { TEXT = 1 };

enum phase { RESTING, CONNECTING, CLOSED, OPEN, ANSWERED, IDLE, DRAINING };

struct post {
    uint64_t sent;
    bool answered;
};

static struct post *posts;       /* of all phases: keys are never used twice */
static uint32_t post_count, first_post, most_posts;
static size_t taken, gone, next_seat, inside; /* `inside`: connecting, not yet taken */
static enum phase phase;
static uint64_t began, until, gap, next_post, drained_by, first_at, last_at;
static unsigned at_once, last_close;
static double busy_before;
static uint64_t deliveries, messages, bytes, answered, refused;
static char trouble[160];
static struct samples to_screen, to_answer, to_seat;

static double busy_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static size_t posters(void) {
    size_t all = options.post_port ? seat_count - options.seats : options.seats;
    return options.posters && options.posters < all ? options.posters : all;
}

static void begin(enum phase new_phase) {
    phase = new_phase;
    deliveries = messages = bytes = answered = refused = 0;
    samples_clear(&to_screen);
    samples_clear(&to_answer);
    samples_clear(&to_seat);
    first_post = post_count;
    trouble[0] = '\0';
    busy_before = busy_seconds();
    began = next_post = first_at = last_at = now_ns();
}

static void end(void) {
    uint64_t over = now_ns();
    double busy = busy_seconds() - busy_before;
    uint64_t expected = (uint64_t)(post_count - first_post) * taken;
    printf("{\"seconds\": %.6f, \"busy_seconds\": %.6f, \"taken\": %zu, \"gone\": %zu, "
           "\"last_close\": %u, \"posts\": %u, \"deliveries\": %llu, \"expected\": %llu, "
           "\"delivering_seconds\": %.6f, \"messages\": %llu, \"bytes\": %llu, "
           "\"answered\": %llu, \"refused\": %llu, \"trouble\": \"%s\"",
           (double)(over - began) / 1e9, busy, taken, gone, last_close, post_count - first_post,
           (unsigned long long)deliveries, (unsigned long long)expected,
           (double)(last_at - first_at) / 1e9, (unsigned long long)messages,
           (unsigned long long)bytes, (unsigned long long)answered, (unsigned long long)refused,
           trouble);
    samples_print("to_screen_ms", &to_screen);
    samples_print("to_answer_ms", &to_answer);
    samples_print("to_seat_ms", &to_seat);
    puts("}");
    fflush(stdout);
    phase = RESTING;
}

static void connect_more(void) {
    while (next_seat < seat_count && (options.connecting == 0 || inside < options.connecting)) {
        struct seat *seat = &seats[next_seat];
        inside++;
        seat_connect(seat, seat_cookie(next_seat++));
    }
}

static void connected(void) {
    if (phase == CONNECTING) {
        connect_more();
        if (inside == 0)
            end();
    }
}

void work_seated(struct seat *seat) {
    inside--;
    if (seat->counts)
        taken++;
    samples_add(&to_seat, seat->began, now_ns());
    connected();
}

void work_gone(struct seat *seat, bool was_taken) {
    gone++;
    if (was_taken && seat->counts)
        taken--;
    if (!was_taken) {
        inside--;
        connected();
    }
}

void work_closing(unsigned code) { last_close = code; }

void work_bytes(size_t length) { bytes += length; }

static bool post_from(struct seat *seat) {
    static char text[16384];
    if (post_count == MAX_POSTS || seat->state != SEAT_TAKEN)
        return false;
    size_t length = post_text(text, sizeof text, post_count);
    posts[post_count++] = (struct post){.sent = now_ns()};
    seat->outstanding++;
    seat_say(seat, TEXT, text, length);
    return true;
}

static struct seat *next_poster(void) {
    size_t all = posters(), start = options.post_port ? options.seats : 0;
    for (size_t tries = 0; tries < all; tries++) {
        struct seat *seat = &seats[start + (post_count + tries) % all];
        if (seat->state == SEAT_TAKEN)
            return seat;
    }
    return NULL;
}

static bool all_arrived(void) {
    return deliveries >= (uint64_t)(post_count - first_post) * taken;
}

static void drain(void) {
    phase = DRAINING;
    drained_by = now_ns() + (uint64_t)options.patience * 1000000000u;
}

static void note_trouble(const uint8_t *data, size_t length) {
    size_t to = 0;
    if (trouble[0] != '\0')
        return;
    for (size_t i = 0; i < length && to < sizeof trouble - 1; i++)
        if (data[i] >= ' ' && data[i] < 127 && data[i] != '"' && data[i] != '\\')
            trouble[to++] = (char)data[i];
    trouble[to] = '\0';
}

static void hear_answer(struct seat *seat, uint32_t index, const uint8_t *data, size_t length,
                        uint64_t now) {
    if (index >= post_count || posts[index].answered)
        return;
    posts[index].answered = true;
    seat->outstanding--;
    bool agreed = memmem(data, length < 80 ? length : 80, "\"ok\"", 4) != NULL;
    if (!agreed)
        note_trouble(data, length);
    if (index < first_post)
        return;
    agreed ? answered++ : refused++;
    last_at = now;
    samples_add(&to_answer, posts[index].sent, now);
    if (phase == ANSWERED && now < until)
        post_from(seat);
}

void work_heard(struct seat *seat, const uint8_t *data, size_t length) {
    uint32_t index;
    messages++;
    if (length > NEWS_LIMIT)
        return;
    uint64_t now = now_ns();
    if (post_answered(data, length, &index)) {
        hear_answer(seat, index, data, length, now);
    } else if (seat->counts && post_shown(data, length, &index) && index < post_count
               && index >= first_post) {
        deliveries++;
        last_at = now;
        samples_add(&to_screen, posts[index].sent, now);
    }
}

static bool answers_outstanding(void) {
    for (size_t i = 0; i < seat_count; i++)
        if (seats[i].state == SEAT_TAKEN && seats[i].outstanding > 0)
            return true;
    return false;
}

static void post_due(uint64_t now) {
    uint32_t made = post_count - first_post;
    if (made == most_posts || now >= until) {
        drain();
        return;
    }
    if (now < next_post || (phase == CLOSED && !all_arrived()))
        return;
    struct seat *poster = next_poster();
    if (poster == NULL || !post_from(poster)) {
        note_trouble((const uint8_t *)"nobody is left to post", 22);
        drain();
        return;
    }
    next_post = phase == OPEN ? next_post + gap : now + gap;
}

/* Called after every look at the sockets. */
void work_tick(void) {
    uint64_t now = now_ns();
    if (phase == CLOSED || phase == OPEN)
        post_due(now);
    else if (phase == ANSWERED && now >= until)
        drain();
    else if (phase == IDLE && now >= until)
        end();
    else if (phase == CONNECTING && now >= until)
        end();
    if (phase == DRAINING) {
        bool arrives = at_once == 0 || deliveries > 0;
        bool waits = (at_once && answers_outstanding()) || (arrives && !all_arrived());
        if (!waits || now >= drained_by)
            end();
    }
}

/* How many milliseconds the sockets may be looked at in peace; -1: for as long as nothing comes. */
int work_timer(void) {
    uint64_t now = now_ns(), due;
    if (phase == RESTING)
        return -1;
    if (phase == CLOSED && now >= next_post && !all_arrived())
        due = until;
    else if (phase == CLOSED || phase == OPEN)
        due = next_post < until ? next_post : until;
    else
        due = phase == DRAINING ? drained_by : until;
    return due <= now ? 0 : (int)((due - now) / 1000000u) + (phase == DRAINING);
}

void work_free(void) {
    free(posts);
    samples_clear(&to_screen);
    samples_clear(&to_answer);
    samples_clear(&to_seat);
}

static void start_posting(enum phase how, unsigned count, double gap_ms, double seconds) {
    begin(how);
    at_once = 0;
    most_posts = count;
    gap = (uint64_t)(gap_ms * 1e6);
    until = began + (uint64_t)(seconds * 1e9);
}

static void start_answers(unsigned outstanding, double seconds) {
    size_t all = posters(), start = options.post_port ? options.seats : 0;
    begin(ANSWERED);
    at_once = outstanding;
    until = began + (uint64_t)(seconds * 1e9);
    for (unsigned turn = 0; turn < outstanding; turn++)
        for (size_t i = 0; i < all; i++)
            post_from(&seats[start + i]);
}

/* connect SECONDS | closed POSTS GAP_MS SECONDS | open POSTS GAP_MS SECONDS |
 * answers EACH SECONDS | idle SECONDS | stop */
void work_command(char *line) {
    unsigned count;
    double gap_ms, seconds;
    if (posts == NULL && (posts = calloc(MAX_POSTS, sizeof *posts)) == NULL)
        fail("calloc");
    if (sscanf(line, "connect %lf", &seconds) == 1) {
        begin(CONNECTING);
        until = began + (uint64_t)(seconds * 1e9);
        connected();
    } else if (strcmp(line, "stop") == 0) {
        if (phase == CLOSED || phase == OPEN || phase == ANSWERED)
            drain();
    } else if (sscanf(line, "closed %u %lf %lf", &count, &gap_ms, &seconds) == 3) {
        start_posting(CLOSED, count, gap_ms, seconds);
    } else if (sscanf(line, "open %u %lf %lf", &count, &gap_ms, &seconds) == 3) {
        start_posting(OPEN, count, gap_ms, seconds);
    } else if (sscanf(line, "answers %u %lf", &count, &seconds) == 2) {
        start_answers(count, seconds);
    } else if (sscanf(line, "idle %lf", &seconds) == 1) {
        begin(IDLE);
        until = began + (uint64_t)(seconds * 1e9);
    } else {
        fail("an unknown command");
    }
}
