/*
 * The telephones of bench/bridges.ts: two-leg calls through something that relays RTP, both legs talking all the time,
 * 50 packets a second each way, spread over ten moments of the 20 ms frame. One socket plays the first leg of every call,
 * one the second. A packet carries the time it was sent at; the kernel stamps its arrival (SO_TIMESTAMPNS), so that
 * this program's own scheduling does not count. Pairs without a relay in between measure the bare loopback beside it.
 *
 * Usage: relay-load
 * Writes "<port of the first legs> <port of the second legs>". Lines on its input:
 *   call <port> <port>   a call: where its first leg sends to, where its second
 *   direct               a pair of legs that send to each other
 *   start                begins a measurement
 *   stop                 ends it and writes {"relayed":{…},"direct":{…}}, each
 *                        {"sent":…,"received":…,"p50Ms":…,"p99Ms":…,"worstMs":…}
 */
#include "stamped-socket.h"
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PHASES = 10, FRAME = 160, PACKET = 12 + FRAME, LEGS = 20000, SAMPLES = 4000000 };
static const int64_t PHASE_NS = 2000000, DRAIN_NS = 200000000;

/* What a packet says of itself, at the start of its payload. */
struct mark {
  int64_t sent_ns;
  uint32_t window;
  uint32_t is_direct;
};
struct leg {
  int fd;
  int is_direct;
  struct sockaddr_in to;
  uint16_t sequence;
  uint32_t timestamp;
};
struct seen {
  size_t sent, received;
  float *delays_ms;
};

static struct leg legs[LEGS];
static int leg_count;
static int sockets[2];
static uint16_t ports[2];
static struct seen seen[2];
static uint32_t window;
static int is_measuring;
static int64_t report_at_ns;

static int64_t now_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void add(int fd, uint16_t port, int is_direct) {
  if (leg_count == LEGS) exit(4);
  struct leg *leg = &legs[leg_count];
  *leg = (struct leg){.fd = fd, .is_direct = is_direct, .sequence = leg_count, .timestamp = leg_count * 7919u};
  leg->to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, "127.0.0.1", &leg->to.sin_addr);
  leg_count++;
}

static void send_frame(int index) {
  struct leg *leg = &legs[index];
  uint8_t packet[PACKET] = {0x80, 8};
  const uint32_t timestamp = htonl(leg->timestamp), ssrc = htonl(index + 1);
  packet[2] = leg->sequence >> 8;
  packet[3] = leg->sequence & 0xff;
  memcpy(packet + 4, &timestamp, 4);
  memcpy(packet + 8, &ssrc, 4);
  memset(packet + 12, 0xd5, FRAME);
  const struct mark mark = {now_ns(CLOCK_REALTIME), is_measuring ? window : 0, leg->is_direct};
  memcpy(packet + 12, &mark, sizeof mark);
  leg->sequence++;
  leg->timestamp += FRAME;
  if (is_measuring) seen[leg->is_direct].sent++;
  sendto(leg->fd, packet, PACKET, 0, (const struct sockaddr *)&leg->to, sizeof leg->to);
}

static void note(const uint8_t *packet, size_t length, int64_t at_ns) {
  struct mark mark;
  if (length != PACKET) return;
  memcpy(&mark, packet + 12, sizeof mark);
  if (mark.window == 0 || mark.window != window || mark.is_direct > 1) return;
  struct seen *of = &seen[mark.is_direct];
  if (of->received < SAMPLES) of->delays_ms[of->received++] = (at_ns - mark.sent_ns) / 1e6;
}

static int by_size(const void *a, const void *b) {
  const float left = *(const float *)a, right = *(const float *)b;
  return (left > right) - (left < right);
}

static void print_seen(const char *name, struct seen *of, const char *after) {
  const size_t count = of->received;
  qsort(of->delays_ms, count, sizeof *of->delays_ms, by_size);
  printf("\"%s\":{\"sent\":%zu,\"received\":%zu,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"worstMs\":%.3f}%s", name, of->sent, count,
         count ? of->delays_ms[count / 2] : 0, count ? of->delays_ms[(size_t)(count * 0.99)] : 0, count ? of->delays_ms[count - 1] : 0, after);
}

static void report(void) {
  putchar('{');
  print_seen("relayed", &seen[0], ",");
  print_seen("direct", &seen[1], "}\n");
  fflush(stdout);
}

static void obey(const char *line) {
  unsigned one, other;
  if (sscanf(line, "call %u %u", &one, &other) == 2) {
    add(sockets[0], one, 0);
    add(sockets[1], other, 0);
  } else if (strncmp(line, "direct", 6) == 0) {
    add(sockets[0], ports[1], 1);
    add(sockets[1], ports[0], 1);
  } else if (strncmp(line, "start", 5) == 0) {
    window++;
    is_measuring = 1;
    for (int i = 0; i < 2; i++) seen[i].sent = seen[i].received = 0;
  } else if (strncmp(line, "stop", 4) == 0) {
    is_measuring = 0;
    report_at_ns = now_ns(CLOCK_MONOTONIC) + DRAIN_NS;
  }
}

static void read_lines(void) {
  static char buffer[1 << 16];
  static size_t filled;
  struct pollfd input = {.fd = 0, .events = POLLIN};
  if (poll(&input, 1, 0) <= 0) return;
  const ssize_t got = read(0, buffer + filled, sizeof buffer - 1 - filled);
  if (got <= 0) exit(0);
  filled += got;
  buffer[filled] = 0;
  char *line = buffer;
  for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = 0;
    obey(line);
  }
  filled -= line - buffer;
  memmove(buffer, line, filled);
}

int main(void) {
  setpriority(PRIO_PROCESS, 0, -15);
  for (int i = 0; i < 2; i++) {
    sockets[i] = open_stamped(&ports[i]);
    seen[i].delays_ms = malloc(SAMPLES * sizeof(float));
  }
  printf("%u %u\n", ports[0], ports[1]);
  fflush(stdout);

  int64_t start = now_ns(CLOCK_MONOTONIC);
  for (int64_t step = 0;; step++) {
    const int64_t deadline = start + step * PHASE_NS;
    const struct timespec until = {deadline / 1000000000LL, deadline % 1000000000LL};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    for (int i = step % PHASES; i < leg_count; i += PHASES) send_frame(i);
    for (int i = 0; i < 2; i++)
      while (receive_stamped(sockets[i], note, NULL)) continue;
    if (step % 10 == 0) read_lines();
    if (report_at_ns != 0 && now_ns(CLOCK_MONOTONIC) > report_at_ns) {
      report_at_ns = 0;
      report();
      /* Sorting took time: what fell due meanwhile is left out. */
      start = now_ns(CLOCK_MONOTONIC) - (step + 1) * PHASE_NS;
    }
  }
}
