/*
 * Measures RTP streams for bench/streams.ts: one socket takes all of them; the kernel stamps each packet as it arrives
 * (SO_TIMESTAMPNS), so that this program's own scheduling does not count.
 *
 * How late a packet is: its arrival less the arrival that its RTP timestamp (20 ms per 160) would have by the stream's
 * most punctual packet.
 *
 * Usage: rtp-receiver
 * Writes its port. A line "start" begins a measurement, a line "stop" ends it and writes
 *   {"packets":…,"streams":…,"missing":…,"dropped":…,"p50Ms":…,"p99Ms":…,"worstMs":…}
 * missing: frames between a stream's first and last that did not come; dropped: by this program's own socket.
 */
#include "stamped-socket.h"
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { SLOTS = 1 << 16, PACKETS = 8000000 };

struct stream {
  uint32_t ssrc;
  uint32_t first_timestamp;
  uint32_t frames;
  uint32_t last_frame;
  int64_t punctual_ns;
};
struct arrival {
  uint32_t slot;
  int64_t raw_ns;
};

static struct stream streams[SLOTS];
static struct arrival *arrivals;
static double *lateness;
static size_t count;
static uint32_t overflow, overflow_at_start;
static int is_measuring;

static uint32_t slot_of(uint32_t ssrc) {
  uint32_t slot = (ssrc * 2654435761u) >> 16;
  while (streams[slot].frames != 0 && streams[slot].ssrc != ssrc) slot = (slot + 1) % SLOTS;
  return slot;
}

static void note(const uint8_t *packet, size_t length, int64_t at_ns) {
  uint32_t timestamp, ssrc;
  if (!is_measuring || length < 12) return;
  memcpy(&timestamp, packet + 4, 4);
  memcpy(&ssrc, packet + 8, 4);
  timestamp = ntohl(timestamp);
  const uint32_t slot = slot_of(ssrc);
  struct stream *stream = &streams[slot];
  if (stream->frames == 0) *stream = (struct stream){ssrc, timestamp, 0, 0, INT64_MAX};
  const int32_t frame = (int32_t)(timestamp - stream->first_timestamp) / 160;
  const int64_t raw = at_ns - frame * 20000000LL;
  stream->frames++;
  if (frame > (int32_t)stream->last_frame) stream->last_frame = frame;
  if (raw < stream->punctual_ns) stream->punctual_ns = raw;
  if (count < PACKETS) arrivals[count++] = (struct arrival){slot, raw};
}

static int by_size(const void *a, const void *b) {
  const double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static void report(void) {
  size_t open = 0, missing = 0;
  for (int i = 0; i < SLOTS; i++) {
    if (streams[i].frames == 0) continue;
    open++;
    if (streams[i].last_frame + 1 > streams[i].frames) missing += streams[i].last_frame + 1 - streams[i].frames;
  }
  for (size_t i = 0; i < count; i++) lateness[i] = (arrivals[i].raw_ns - streams[arrivals[i].slot].punctual_ns) / 1e6;
  qsort(lateness, count, sizeof *lateness, by_size);
  const double p50 = count ? lateness[count / 2] : 0, p99 = count ? lateness[(size_t)(count * 0.99)] : 0;
  printf("{\"packets\":%zu,\"streams\":%zu,\"missing\":%zu,\"dropped\":%u,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"worstMs\":%.3f}\n", count,
         open, missing, overflow - overflow_at_start, p50, p99, count ? lateness[count - 1] : 0);
  fflush(stdout);
}

int main(void) {
  uint16_t port;
  const int fd = open_stamped(&port);
  arrivals = malloc(PACKETS * sizeof *arrivals);
  lateness = malloc(PACKETS * sizeof *lateness);
  printf("%u\n", port);
  fflush(stdout);
  for (;;) {
    struct pollfd ready[2] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    poll(ready, 2, -1);
    if (ready[0].revents) receive_stamped(fd, note, &overflow);
    if (!ready[1].revents) continue;
    char line[64];
    if (read(0, line, sizeof line) <= 0) return 0;
    if (line[2] == 'o') report();
    is_measuring = line[2] == 'a';
    memset(streams, 0, sizeof streams);
    count = 0;
    overflow_at_start = overflow;
  }
}
