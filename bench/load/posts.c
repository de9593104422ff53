/* What a post looks like on its way out, and by what it is known again. */
#include "load.h"

#include <stdio.h>
#include <string.h>

enum { KEY = 36, MARKER = 20, DIGITS = 8 };
#define ANSWER "{\"re\":\""

/* Write the post with this index as the template has it; its length. */
size_t post_text(char *text, size_t room, uint32_t index) {
    size_t length = 0;
    for (const char *at = options.post; *at; at++) {
        char *to = text + length;
        if (length + options.pad + 64 > room)
            fail("a post is too long");
        if (*at != '%') {
            text[length++] = *at;
            continue;
        }
        switch (*++at) {
        case 'K':
            length += (size_t)sprintf(to, "%08x-0000-4000-8000-%012x", options.run, index);
            break;
        case 'M':
            length += (size_t)sprintf(to, "~T%08x%08x~~", options.run, index);
            break;
        case 'P':
            memset(to, 'x', options.pad);
            length += options.pad;
            break;
        case 'N':
            length += (size_t)sprintf(to, "%u", index % options.numbers + 1);
            break;
        case 'V':
            length += (size_t)sprintf(to, "%d", (int)(index / options.numbers % 3) - 1);
            break;
        default:
            fail("an unknown letter in the template of posts");
        }
    }
    return length;
}

static bool read_hex(const uint8_t *from, uint32_t *value) {
    *value = 0;
    for (size_t i = 0; i < DIGITS; i++) {
        uint8_t c = from[i];
        if (c >= '0' && c <= '9')
            *value = *value << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *value = *value << 4 | (uint32_t)(c - 'a' + 10);
        else
            return false;
    }
    return true;
}

static bool is_ours(const uint8_t *run, const uint8_t *digits, uint32_t *index) {
    uint32_t found;
    return read_hex(run, &found) && found == options.run && read_hex(digits, index);
}

/* Whether this is the answer to a post of this run, and to which. */
bool post_answered(const uint8_t *data, size_t length, uint32_t *index) {
    const uint8_t *key = data + sizeof ANSWER - 1;
    return length > sizeof ANSWER + KEY && memcmp(data, ANSWER, sizeof ANSWER - 1) == 0
        && is_ours(key, key + KEY - DIGITS, index);
}

/* Whether a post of this run is in this message, and which. */
bool post_shown(const uint8_t *data, size_t length, uint32_t *index) {
    const uint8_t *marker = memmem(data, length, "~T", 2);
    return marker != NULL && (size_t)(data + length - marker) >= MARKER
        && is_ours(marker + 2, marker + 2 + DIGITS, index);
}
