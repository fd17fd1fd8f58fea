/* The limit: the same websocket frame, written to every connection by a bare loop.

   `fanout_raw` listens on a loopback port, prints the port, and accepts every client. For each line
   on its standard input it writes the line to all clients, framed as a websocket server frames a
   text, and prints when it began, in seconds since 1970. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { HEADER = 4, LONGEST = 4096, MOST = 65536, BACKLOG = 4096 };

static int clients[MOST];
static int connected;

static int check(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static int open_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(bind(listener, (struct sockaddr *)&address, size), "bind");
    check(listen(listener, BACKLOG), "listen");
    check(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
    printf("%d\n", ntohs(address.sin_port));
    return listener;
}

static void take(int listener) {
    int on = 1, client = check(accept(listener, NULL, NULL), "accept");
    check(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "setsockopt");
    if (connected < MOST) clients[connected++] = client;
}

static void publish(char *text) {
    struct timespec began;
    unsigned char frame[HEADER + LONGEST];
    size_t length = strcspn(text, "\n");
    clock_gettime(CLOCK_REALTIME, &began);
    frame[0] = 0x81; /* a whole text */
    frame[1] = 126;  /* its length follows in two bytes */
    frame[2] = (unsigned char)(length >> 8);
    frame[3] = (unsigned char)length;
    memcpy(frame + HEADER, text, length);
    for (int each = 0; each < connected; each++)
        check(send(clients[each], frame, HEADER + length, MSG_DONTWAIT | MSG_NOSIGNAL), "send");
    printf("%lld.%09ld\n", (long long)began.tv_sec, began.tv_nsec);
}

int main(void) {
    static char text[LONGEST];
    setvbuf(stdout, NULL, _IOLBF, 0);
    setvbuf(stdin, NULL, _IONBF, 0);
    int listener = open_port();
    struct pollfd watched[2] = {{.fd = 0, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
    for (;;) {
        check(poll(watched, 2, -1), "poll");
        if (watched[1].revents) take(listener);
        if (!watched[0].revents) continue;
        if (!fgets(text, sizeof text, stdin)) return 0;
        publish(text);
    }
}
