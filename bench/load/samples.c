/* Times, kept one by one so that a percentile is exact. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>

void samples_add(struct samples *samples, uint64_t from_ns, uint64_t to_ns) {
    if (samples->count == MAX_SAMPLES)
        return;
    if (samples->count == samples->room) {
        samples->room = samples->room ? samples->room * 2 : 1024;
        samples->values = must_grow(samples->values, samples->room * sizeof *samples->values);
    }
    uint64_t passed = (to_ns - from_ns) / 1000;
    samples->values[samples->count++] = passed > UINT32_MAX ? UINT32_MAX : (uint32_t)passed;
}

static int by_value(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static uint32_t at(const struct samples *samples, unsigned percent) {
    /* The nearest rank. */
    size_t rank = (samples->count * percent + 99) / 100;
    return samples->values[rank == 0 ? 0 : rank - 1];
}

/* Print `, "name": {...}` in milliseconds, or null where nothing was timed. */
void samples_print(const char *name, struct samples *samples) {
    if (samples->count == 0) {
        printf(", \"%s\": null", name);
        return;
    }
    qsort(samples->values, samples->count, sizeof *samples->values, by_value);
    printf(", \"%s\": {\"count\": %zu, \"p50\": %.3f, \"p95\": %.3f, \"p99\": %.3f, \"max\": %.3f}",
           name, samples->count, at(samples, 50) / 1e3, at(samples, 95) / 1e3,
           at(samples, 99) / 1e3, at(samples, 100) / 1e3);
}

void samples_clear(struct samples *samples) {
    free(samples->values);
    samples->values = NULL;
    samples->count = samples->room = 0;
}
