/* The clients of the fan-out bench once they are connected. They cost so little that the bench
   measures the servers.

   `fanout_reader KIND FD...` inherits connected sockets, each at the beginning of a frame: of MQTT
   if KIND is `mqtt`, else of a websocket. It prints that they are connected. Each line on its
   standard input is a word that only one message contains. For each it prints that it is listening,
   and waits until every client has received that message, with the same bytes. Then it prints as
   JSON when the last client had it, in seconds since 1970, and its number of bytes. Meanwhile it
   answers pings. */

#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 4096, READ = 65536, EVENTS = 512, PATIENCE_SECONDS = 60, SECOND = 1000 };

struct client {
    int socket;
    bool waiting;       /* for the message */
    size_t held;        /* bytes of a frame that is not whole yet */
    size_t skipped;     /* bytes still to come of a frame longer than any message */
    unsigned char frame[LONGEST];
};

static struct client *clients;
static int number, waiting, poll;
static bool mqtt, told;
static char word[LONGEST];
static unsigned char message[LONGEST];
static size_t length;
static struct timespec last;

static void fail(const char *why) {
    fprintf(stderr, "%s, %d clients wait for '%s'\n", why, waiting, word);
    exit(1);
}

static int check(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

/* The bytes of a frame with its header; 0 until its length has arrived. */
static size_t whole(const unsigned char *frame, size_t held) {
    size_t size = 0, header = 2;
    if (held < header) return 0;
    if (mqtt) {
        for (size_t each = 1; each < held; each++) {
            size |= (size_t)(frame[each] & 0x7F) << 7 * (each - 1);
            if (!(frame[each] & 0x80)) return each + 1 + size;
        }
        return 0;
    }
    if (frame[1] < 126) return header + frame[1];
    header += frame[1] == 126 ? 2 : 8;
    if (held < header) return 0;
    for (size_t each = 2; each < header; each++) size = size << 8 | frame[each];
    return header + size;
}

/* A client has to mask its frames; a mask of zeros leaves the bytes unchanged. */
static void answer(struct client *client, unsigned char first, const void *what, size_t size) {
    unsigned char frame[6 + 125] = {first, (unsigned char)(0x80 | size)};
    memcpy(frame + 6, what, size);
    check(send(client->socket, frame, 6 + size, MSG_DONTWAIT | MSG_NOSIGNAL), "send");
}

static void compare(struct client *client) {
    if (waiting == number) memcpy(message, client->frame, length = client->held);
    if (client->held != length || memcmp(client->frame, message, length)) fail("bytes differ");
    client->waiting = false;
    if (!--waiting) clock_gettime(CLOCK_REALTIME, &last);
}

static void heard(struct client *client) {
    const unsigned char *frame = client->frame;
    if (!mqtt && frame[0] == 0x89 && frame[1] <= 125)
        answer(client, 0x8A, frame + 2, frame[1]);
    else if (!mqtt && client->held == 3 && frame[0] == 0x81 && frame[2] == '2') /* Engine.IO's ping */
        answer(client, 0x81, "3", 1);
    else if (client->waiting && memmem(frame, client->held, word, strlen(word)))
        compare(client);
}

static size_t least(size_t one, size_t other) { return one < other ? one : other; }

static void take(struct client *client, const unsigned char *data, size_t left) {
    while (left) {
        size_t size = whole(client->frame, client->held), taken;
        if (size > LONGEST) {
            client->skipped = size - client->held;
            client->held = 0;
        }
        if (client->skipped) {
            taken = least(client->skipped, left);
            client->skipped -= taken;
        } else {
            taken = least(size ? size - client->held : 1, left);
            memcpy(client->frame + client->held, data, taken);
            client->held += taken;
            if (client->held == whole(client->frame, client->held)) {
                heard(client);
                client->held = 0;
            }
        }
        data += taken;
        left -= taken;
    }
}

static void hear(void) {
    static unsigned char data[READ];
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(poll, events, EVENTS, SECOND);
    if (ready < 0 && errno != EINTR) check(ready, "epoll_wait");
    for (int each = 0; each < ready; each++) {
        struct client *client = events[each].data.ptr;
        if (!client) {
            told = true;
            continue;
        }
        ssize_t size = check(recv(client->socket, data, READ, 0), "recv");
        if (!size) fail("a client was sent away");
        take(client, data, (size_t)size);
    }
}

static void watch(int file, struct client *client) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    check(epoll_ctl(poll, EPOLL_CTL_ADD, file, &event), "epoll_ctl");
}

static void wait_for_word(void) {
    time_t end = time(NULL) + PATIENCE_SECONDS;
    for (int each = 0; each < number; each++) clients[each].waiting = true;
    waiting = number;
    puts("listening");
    while (waiting) {
        if (time(NULL) > end) fail("too late");
        hear();
    }
    printf("{\"last\": %lld.%09ld, \"bytes\": %zu}\n", (long long)last.tv_sec, last.tv_nsec, length);
}

int main(int count, char **arguments) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    setvbuf(stdin, NULL, _IONBF, 0);
    if (count < 3 || !(clients = calloc((size_t)count, sizeof *clients))) return 2;
    mqtt = !strcmp(arguments[1], "mqtt");
    poll = check(epoll_create1(0), "epoll_create1");
    for (number = 0; number < count - 2; number++) {
        clients[number].socket = atoi(arguments[number + 2]);
        watch(clients[number].socket, &clients[number]);
    }
    watch(STDIN_FILENO, NULL);
    puts("connected");
    for (;;) {
        for (told = false; !told;) hear();
        if (!fgets(word, sizeof word, stdin)) return 0;
        word[strcspn(word, "\n")] = 0;
        wait_for_word();
    }
}
