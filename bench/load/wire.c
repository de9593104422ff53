/* RFC 6455 from the client's side: the upgrade, and frames both ways. */
#include "load.h"

#include <stdio.h>
#include <string.h>

/* Write the upgrade request; its length, or 0 where it does not fit. */
size_t wire_request(char *to, size_t room, uint16_t port, const char *cookie) {
    int length = snprintf(to, room,
        "GET %s HTTP/1.1\r\n"
        "Host: 127.0.0.1:%u\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: aGFsbCBiZW5jaCBzZWF0IQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Origin: http://127.0.0.1:%u\r\n"
        "%s%s%s\r\n",
        options.path, port, port,
        cookie ? "Cookie: " : "", cookie ? cookie : "", cookie ? "\r\n" : "");
    return length > 0 && (size_t)length < room ? (size_t)length : 0;
}

/* 1: upgraded, with `used` bytes of the answer; 0: not all there yet; -1: refused. */
int wire_upgrade(const uint8_t *from, size_t length, size_t *used) {
    const uint8_t *end = memmem(from, length, "\r\n\r\n", 4);
    if (end == NULL)
        return length > 16384 ? -1 : 0;
    *used = (size_t)(end - from) + 4;
    return length >= 12 && memcmp(from, "HTTP/1.1 101", 12) == 0 ? 1 : -1;
}

/* 1: a frame of `used` bytes; 0: not all there yet; -1: no frame that a server may send. */
int wire_message(const uint8_t *from, size_t length, struct message *message, size_t *used) {
    if (length < 2)
        return 0;
    uint64_t size = from[1] & 0x7f;
    size_t head = 2;
    if ((from[0] & 0x70) != 0 || (from[1] & 0x80) != 0)
        return -1;
    if (size == 126) {
        if (length < 4)
            return 0;
        size = (uint64_t)from[2] << 8 | from[3];
        head = 4;
    } else if (size == 127) {
        if (length < 10)
            return 0;
        size = 0;
        for (size_t i = 2; i < 10; i++)
            size = size << 8 | from[i];
        head = 10;
    }
    if (size > MAX_MESSAGE)
        return -1;
    if (length < head + size)
        return 0;
    message->opcode = from[0] & 0x0f;
    message->final = (from[0] & 0x80) != 0;
    message->data = from + head;
    message->length = (size_t)size;
    *used = head + (size_t)size;
    return 1;
}

/* Write a masked frame to `to`, which has room for length + 14 bytes; its length. */
size_t wire_frame(uint8_t *to, unsigned opcode, const void *data, size_t length) {
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    size_t head = 2;
    to[0] = (uint8_t)(0x80 | opcode);
    if (length < 126) {
        to[1] = (uint8_t)(0x80 | length);
    } else if (length < 65536) {
        to[1] = 0x80 | 126;
        to[2] = (uint8_t)(length >> 8);
        to[3] = (uint8_t)length;
        head = 4;
    } else {
        to[1] = 0x80 | 127;
        for (size_t i = 0; i < 8; i++)
            to[2 + i] = (uint8_t)((uint64_t)length >> (56 - 8 * i));
        head = 10;
    }
    memcpy(to + head, mask, sizeof mask);
    head += sizeof mask;
    for (size_t i = 0; i < length; i++)
        to[head + i] = ((const uint8_t *)data)[i] ^ mask[i & 3];
    return head + length;
}
