/*
 * The yardstick of bench/pauses.ts: a loop that wants to run every 4 ms and does nothing, at the priority that our media
 * process asks for. How late it wakes is what the machine itself does to a clock.
 *
 * Usage: idle-loop
 * Writes "ready". A line on its input ends a measurement and begins the next: it writes the worst lateness since the line
 * before, in milliseconds. Ends with its input.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const int64_t STEP_NS = 4000000;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(void) {
  setpriority(PRIO_PROCESS, 0, -15);
  puts("ready");
  fflush(stdout);
  int64_t worst_ns = 0, deadline = now_ns();
  for (;;) {
    deadline += STEP_NS;
    const struct timespec until = {deadline / 1000000000LL, deadline % 1000000000LL};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    const int64_t late = now_ns() - deadline;
    if (late > worst_ns) worst_ns = late;
    /* A pause is one pause, not the first of many. */
    if (late > STEP_NS) deadline = now_ns();
    struct pollfd input = {.fd = 0, .events = POLLIN};
    if (poll(&input, 1, 0) <= 0) continue;
    char line[64];
    if (read(0, line, sizeof line) <= 0) return 0;
    printf("%.3f\n", worst_ns / 1e6);
    fflush(stdout);
    worst_ns = 0;
  }
}
