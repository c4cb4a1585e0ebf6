/*
 * The yardstick of bench/streams.ts: sends RTP streams as plainly as C can, doing the same work as our media process:
 * one socket per stream, 50 packets a second of 160 octets copied out of a prompt, streams spread over ten moments of
 * the 20 ms frame, deadlines computed from the start, short delays made up for and long ones skipped.
 *
 * Usage: rtp-sender <streams> <port>
 * Writes "ready" once it sends; for every line on its input the CPU seconds it has used; ends with its input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PHASES = 10, FRAME = 160, PACKET = 12 + FRAME, CATCH_UP_PHASES = 30 };
static const int64_t PHASE_NS = 2000000;

struct stream {
  int fd;
  uint16_t sequence;
  uint32_t timestamp;
  uint32_t ssrc;
  size_t at;
};

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void put32(uint8_t *to, uint32_t value) {
  value = htonl(value);
  memcpy(to, &value, 4);
}

static void send_frame(struct stream *stream, const uint8_t *prompt, size_t samples, const struct sockaddr_in *to) {
  uint8_t packet[PACKET] = {0x80, 8};
  packet[2] = stream->sequence >> 8;
  packet[3] = stream->sequence & 0xff;
  put32(packet + 4, stream->timestamp);
  put32(packet + 8, stream->ssrc);
  memcpy(packet + 12, prompt + stream->at, FRAME);
  stream->at = (stream->at + FRAME) % samples;
  stream->sequence++;
  stream->timestamp += FRAME;
  sendto(stream->fd, packet, PACKET, 0, (const struct sockaddr *)to, sizeof *to);
}

static void answer(void) {
  struct pollfd input = {.fd = 0, .events = POLLIN};
  if (poll(&input, 1, 0) <= 0) return;
  char line[64];
  if (read(0, line, sizeof line) <= 0) exit(0);
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf("%ld.%06ld\n", used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000000,
         (long)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) % 1000000);
  fflush(stdout);
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  const int streams = atoi(arguments[1]);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[2]))};
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  setpriority(PRIO_PROCESS, 0, -15);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  const size_t samples = FRAME * 500;
  uint8_t *prompt = malloc(samples);
  for (size_t i = 0; i < samples; i++) prompt[i] = i * 7;
  struct stream *all = calloc(streams, sizeof *all);
  for (int i = 0; i < streams; i++) {
    all[i].fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in local = {.sin_family = AF_INET};
    inet_pton(AF_INET, "127.0.0.1", &local.sin_addr);
    if (all[i].fd < 0 || bind(all[i].fd, (struct sockaddr *)&local, sizeof local) != 0) return 3;
    all[i].ssrc = i + 1;
  }
  puts("ready");
  fflush(stdout);

  const int64_t start = now_ns();
  for (int64_t step = 0;;) {
    const int64_t deadline = start + step * PHASE_NS;
    const struct timespec until = {deadline / 1000000000LL, deadline % 1000000000LL};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    const int64_t behind = (now_ns() - deadline) / PHASE_NS;
    if (behind > CATCH_UP_PHASES) {
      const int64_t frames = behind / PHASES;
      step += frames * PHASES;
      for (int i = 0; i < streams; i++) all[i].timestamp += frames * FRAME;
    }
    for (int i = step % PHASES; i < streams; i += PHASES) send_frame(&all[i], prompt, samples, &to);
    step++;
    if (step % 50 == 0) answer();
  }
}
